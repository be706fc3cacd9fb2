-- AFTER trigger on transactions. It writes an event: disputed or refunded if that amount changed, otherwise the
-- new status (completed or failed). A dispute also changes the refunded amount.
-- SECURITY DEFINER: no role may write events.
create or replace function private.transaction_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into private.events (type, object_id, user_id, "row", row_before)
    values (
        -- `old` is null for an INSERT, and so are the comparisons.
        case when new.disputed_amount <> old.disputed_amount then 'transaction.disputed'
             when new.refunded_amount <> old.refunded_amount then 'transaction.refunded'
             else 'transaction.' || new.status end,
        new.id, new.user_id, pg_catalog.to_jsonb(new), pg_catalog.to_jsonb(old));
    return null;
end $$;

revoke all on function private.transaction_event() from public;

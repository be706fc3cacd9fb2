-- AFTER trigger on transactions. It writes an event: disputed or refunded if that amount changed, otherwise the
-- new status (completed or failed). A dispute also changes the refunded amount.
-- SECURITY DEFINER: no role may write events.
create or replace function private.transaction_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    -- One statement decides and writes, since PL/pgSQL prepares each expression anew in every transaction.
    -- `old` is null for an INSERT, and so are the comparisons of amounts.
    insert into private.events (type, object_id, user_id, "row", row_before)
    select t.type, new.id, new.user_id, pg_catalog.to_jsonb(new), pg_catalog.to_jsonb(old)
    from (select case when new.disputed_amount <> old.disputed_amount then 'transaction.disputed'
                      when new.refunded_amount <> old.refunded_amount then 'transaction.refunded'
                      when new.status is distinct from old.status and new.status <> 'pending'
                          then 'transaction.' || new.status end as type) t
    where t.type is not null;
    return null;
end $$;

revoke all on function private.transaction_event() from public;

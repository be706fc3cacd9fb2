-- Pass events on to a subscription: make their deliveries, and move its position from p_after to p_upto, in one
-- step. Return how many deliveries there are to send, or null if another session moved the position.
-- p_deliveries: [{"id", "event" (id), "type", "object" (id), "user", "table", "body"}]. The id of a delivery
-- follows from the event and the subscription, so an event that is replayed is sent again under its id.
-- An event that was removed meanwhile, as with an erased account, is left out. A webhook that tests the
-- subscription has no event; for it, p_after and p_upto are null.
-- SECURITY DEFINER: console may change deliveries but not add them.
create or replace function private.deliver_events(
    p_subscription uuid, p_deliveries jsonb, p_after bigint default null, p_upto bigint default null)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_made integer;
begin
    if p_upto is not null then
        -- The row stays locked until the deliveries are made. private.erase_account() takes the same lock.
        update private.webhook_subscriptions s set position = p_upto where s.id = p_subscription and s.position = p_after;
        if not found then
            return null;
        end if;
    end if;
    insert into private.webhook_deliveries as d (id, endpoint, event, table_name, record_id, user_id, body)
    select n.id, s.endpoint_id, n.type, n."table", n.object, n."user", n.body::text
    from pg_catalog.jsonb_to_recordset(p_deliveries) as n(
        id uuid, event bigint, type text, object uuid, "user" uuid, "table" text, body jsonb)
    join private.webhook_subscriptions s on s.id = p_subscription
    where n.event is null or exists (select from private.events e where e.id = n.event)
    order by n.event
    on conflict (id) do update
    set next_attempt_at = pg_catalog.clock_timestamp(), delivered_at = null, attempts_before = d.attempts
    where d.next_attempt_at is null;
    get diagnostics v_made = row_count;
    return v_made;
end $$;

revoke all on function private.deliver_events(uuid, jsonb, bigint, bigint) from public;
grant execute on function private.deliver_events(uuid, jsonb, bigint, bigint) to console;

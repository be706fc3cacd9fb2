-- Remove up to p_limit webhooks that were delivered before p_before, the oldest first. Return their number.
-- Pending and dead ones stay, except those of subscriptions, whose events are gone by then. The attempts of
-- removed webhooks stay without the receivers' answers, since nothing tells any more whom these are about.
-- SECURITY DEFINER: console may change deliveries but not remove them.
-- Errors: 22023 p_before is less than a day ago.
create or replace function private.purge_deliveries(p_before timestamptz, p_limit integer default 1000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_removed integer;
begin
    if p_before is null or p_before > pg_catalog.now() - interval '1 day' then
        raise exception 'deliveries newer than a day can''t be purged, but p_before is %', p_before
            using errcode = 'invalid_parameter_value';
    end if;
    with removed as (
        delete from private.webhook_deliveries d
        where d.id in (select o.id from private.webhook_deliveries o
                       where o.created_at < p_before
                         and (o.delivered_at < p_before or o.endpoint like 'subscription:%')
                       order by o.created_at limit p_limit for update skip locked)
        returning d.id),
    emptied as (
        update private.delivery_attempts a set error = null, response_head = null, response_body = null
        from removed r where a.delivery_id = r.id)
    select pg_catalog.count(*) into v_removed from removed;
    return v_removed;
end $$;

revoke all on function private.purge_deliveries(timestamptz, integer) from public;
grant execute on function private.purge_deliveries(timestamptz, integer) to console;

-- Remove a subscription, its endpoint and its deliveries. The log of attempts stays, without the receiver's
-- answers.
-- SECURITY DEFINER: console may not remove deliveries.
create or replace function private.unsubscribe(p_subscription uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_endpoint text;
begin
    select s.endpoint_id into v_endpoint from private.webhook_subscriptions s where s.id = p_subscription for update;
    with removed as (
        delete from private.webhook_deliveries d
        where d.endpoint = v_endpoint returning d.id)
    update private.delivery_attempts a set error = null, response_head = null, response_body = null
    from removed r where a.delivery_id = r.id;
    delete from private.service_endpoints e where e.name = v_endpoint;
end $$;

revoke all on function private.unsubscribe(uuid) from public;
grant execute on function private.unsubscribe(uuid) to console;

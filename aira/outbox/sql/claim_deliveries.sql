-- Claim up to p_limit deliveries of an endpoint that are due. Each becomes an attempt with a lease. The
-- caller reports the result with finish_attempts. After the lease, the delivery is due again for every
-- caller. No rows while the endpoint is held.
-- p_lease: longer than an attempt may take. Only the database's clock counts.
create or replace function private.claim_deliveries(p_endpoint text, p_limit integer, p_lease interval)
returns table (id uuid, attempt integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    -- A variable, since the volatile function itself can't bound the index scan, which then read all pending
    -- deliveries.
    v_now timestamptz := pg_catalog.clock_timestamp();
begin
    return query
    with due as (
        select d.id from private.webhook_deliveries d
        where d.endpoint = p_endpoint and d.next_attempt_at <= v_now
          and exists (select from private.service_endpoints e where e.name = p_endpoint and e.held_at is null)
        order by d.next_attempt_at
        limit p_limit
        for update skip locked
    )
    update private.webhook_deliveries d
    set attempts = d.attempts + 1, next_attempt_at = v_now + p_lease
    from due where d.id = due.id
    returning d.id, d.attempts, d.body;
end $$;

revoke all on function private.claim_deliveries(text, integer, interval) from public;
grant execute on function private.claim_deliveries(text, integer, interval) to console;

-- Count a request of an API key, over all processes, in the minute that began with its first request.
-- p_limit: requests per minute.
-- Returns allowed: the request is within p_limit; remaining: how many more are allowed; reset: seconds until
-- the minute ends.
create or replace function private.take_request(p_subject uuid, p_limit integer)
returns table (allowed boolean, remaining integer, reset integer)
language sql
set search_path = ''
begin atomic
    insert into console.rate_windows as w (subject, started_at, used) values (p_subject, pg_catalog.clock_timestamp(), 1)
    on conflict (subject) do update set
        started_at = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                          then pg_catalog.clock_timestamp() else w.started_at end,
        -- Refused requests are not counted any further, so the number stays within integer.
        used = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                    then 1 else least(w.used, p_limit) + 1 end
    returning w.used <= p_limit, greatest(p_limit - w.used, 0),
        greatest(1, pg_catalog.ceil(extract(epoch from w.started_at + interval '1 minute' - pg_catalog.clock_timestamp())))::integer;
end;

revoke all on function private.take_request(uuid, integer) from public;
grant execute on function private.take_request(uuid, integer) to console;

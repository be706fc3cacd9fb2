-- Return how long to wait after a number of failed attempts (1–10) of a delivery, ±20 % so that attempts
-- spread out. Null: no more attempts.
create or replace function private.retry_gap(p_failed integer)
returns interval
language plpgsql volatile
set search_path = ''
as $$
begin
    return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours',
                  '24 hours']::interval[])[p_failed] * (0.8 + 0.4 * pg_catalog.random());
end $$;

revoke all on function private.retry_gap(integer) from public;
grant execute on function private.retry_gap(integer) to console;

-- Convert a time of a Stripe object, in seconds since 1970. Null if it is missing or out of range.
create or replace function private.stripe_time(p_seconds jsonb)
returns timestamptz
language sql immutable
set search_path = ''
return case when pg_catalog.jsonb_typeof(p_seconds) = 'number' and p_seconds::numeric between 0 and 221845392000
            then pg_catalog.to_timestamp(p_seconds::double precision) end;

revoke all on function private.stripe_time(jsonb) from public;
grant execute on function private.stripe_time(jsonb) to service_role, console;

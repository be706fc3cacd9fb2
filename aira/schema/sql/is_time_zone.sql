-- Return whether the server knows an IANA time zone of this name. PostgreSQL itself also accepts POSIX rules
-- such as Foo+3.
-- It costs about 100 ms (pg_timezone_names reads every zone file). Call it when a zone is written, never in a
-- query.
create or replace function private.is_time_zone(p_name text)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return p_name = 'UTC' or (
        p_name !~ '^(posix|right)/' and p_name not in ('localtime', 'posixrules', 'Factory')
        and exists (select from pg_catalog.pg_timezone_names z where z.name = p_name));
end $$;

revoke all on function private.is_time_zone(text) from public;
grant execute on function private.is_time_zone(text) to authenticated, service_role, console;

-- Return whether opening hours are small enough to compute slots quickly: at most 1,000 intervals, special
-- days and closures together, and at most 64 kB as text. Used by a CHECK. It accepts null and malformed
-- values, which private.business_hours_valid judges.
create or replace function private.business_hours_bounded(p_hours jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_hours is null then
        return true;
    elsif pg_catalog.octet_length(p_hours::text) > 65536 then
        return false;
    end if;
    return 1000 >= (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.weekly.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.closures[*]', silent => true));
end $$;

revoke all on function private.business_hours_bounded(jsonb) from public;
grant execute on function private.business_hours_bounded(jsonb) to authenticated, service_role, console;

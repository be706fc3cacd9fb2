-- Return only the keys of a row: ids of up to 1,000 characters, and the number of the attempt. Null stays
-- null.
create or replace function private.thin_record(p_record jsonb)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
    return (select pg_catalog.jsonb_object_agg(e.key, e.value) from pg_catalog.jsonb_each(p_record) e
            where (e.key in ('id', 'attempts') or e.key like '%\_id') and pg_catalog.length(e.value::text) <= 1000);
end $$;

revoke all on function private.thin_record(jsonb) from public;

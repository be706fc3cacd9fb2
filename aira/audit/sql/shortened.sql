-- Return the values of a row as the audit stores them. A text above 2,000 characters, or JSON above 10,000,
-- is replaced by {"cut": true, "begins": its first 500 characters, "length": the whole length, "sha256": the
-- hash of the whole, in hexadecimal}.
create or replace function private.shortened(p_values jsonb)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
    return (
        select pg_catalog.jsonb_object_agg(v.key, case
            when pg_catalog.length(v.text) > case pg_catalog.jsonb_typeof(v.value) when 'string' then 2000 else 10000 end
                then pg_catalog.jsonb_build_object(
                    'cut', true, 'begins', pg_catalog.left(v.text, 500), 'length', pg_catalog.length(v.text),
                    'sha256', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(v.text, 'UTF8')), 'hex'))
            else v.value end)
        from (select e.key, e.value, e.value #>> '{}' as text from pg_catalog.jsonb_each(p_values) e) v);
end $$;

revoke all on function private.shortened(jsonb) from public;

-- Relations, functions and types of public by name, since migrations may need the same name. Those of extensions count,
-- too. During an adoption, some belong to AiRa.
select '', x.name, to_jsonb(x.kind) from (
    select c.relname::text as name, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' else 'relation' end as kind
    from pg_catalog.pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'S', 'f', 'i', 'I')
    union all
    select format('%%I(%%s)', p.proname, oidvectortypes(p.proargtypes)), 'function' from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace
    union all
    select t.typname, 'type' from pg_catalog.pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typrelid = 0 and t.typelem = 0) x
where %(tables)s is not null and pg_catalog.to_regnamespace('adopting') is null

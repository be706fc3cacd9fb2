-- title: Grants
-- note: S select, I insert, U update, D delete. A lower-case letter means: only some columns. Policies decide which rows: docs/ACCESS.md lists what each role can really do.
select c.relname as "table", g.anon, g.authenticated, g.voice_agent, g.kb_updater, g.service_role, g.console
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
    select pg_catalog.max(v.verbs) filter (where v.role = 'anon') as anon, pg_catalog.max(v.verbs) filter (where v.role = 'authenticated') as authenticated,
           pg_catalog.max(v.verbs) filter (where v.role = 'voice_agent') as voice_agent, pg_catalog.max(v.verbs) filter (where v.role = 'kb_updater') as kb_updater,
           pg_catalog.max(v.verbs) filter (where v.role = 'service_role') as service_role, pg_catalog.max(v.verbs) filter (where v.role = 'console') as console
    from (
        select r.role, coalesce(nullif(
                   case when pg_catalog.has_table_privilege(r.role, c.oid, 'select') then 'S' when pg_catalog.has_any_column_privilege(r.role, c.oid, 'select') then 's' else '' end
                || case when pg_catalog.has_table_privilege(r.role, c.oid, 'insert') then 'I' when pg_catalog.has_any_column_privilege(r.role, c.oid, 'insert') then 'i' else '' end
                || case when pg_catalog.has_table_privilege(r.role, c.oid, 'update') then 'U' when pg_catalog.has_any_column_privilege(r.role, c.oid, 'update') then 'u' else '' end
                || case when pg_catalog.has_table_privilege(r.role, c.oid, 'delete') then 'D' else '' end, ''), '–') as verbs
        from pg_catalog.unnest(array['anon', 'authenticated', 'voice_agent', 'kb_updater', 'service_role', 'console']) r (role)
    ) v
) g
where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1

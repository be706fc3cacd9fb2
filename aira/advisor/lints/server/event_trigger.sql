-- level: error
-- title: An event trigger
-- why: It runs code with the rights of whoever changes the schema, for example the owner during a migration.
-- fix: Run drop event trigger ….
select pg_catalog.quote_ident(e.evtname), pg_catalog.format('calls %s at %s', e.evtfoid::regprocedure, e.evtevent)
from pg_catalog.pg_event_trigger e
-- A hosted Supabase and PostgREST have these by themselves.
where e.evtname not in ('issue_graphql_placeholder', 'issue_pg_cron_access', 'issue_pg_graphql_access',
                        'issue_pg_net_access', 'pgrst_ddl_watch', 'pgrst_drop_watch', 'ensure_rls')
  and e.evtname !~ '^supa'

-- level: error
-- title: A publication of tables outside public, or of all tables
-- why: A subscriber receives every row, past row security: staff accounts, the audit, secrets of endpoints.
-- fix: Run alter publication … drop table …, or drop publication ….
select pg_catalog.quote_ident(p.pubname),
       case when p.puballtables then 'publishes all tables'
            else 'publishes ' || pg_catalog.string_agg(t.schemaname || '.' || t.tablename, ', ' order by 1) end
from pg_catalog.pg_publication p
left join pg_catalog.pg_publication_tables t
    on t.pubname = p.pubname and t.schemaname in ('private', 'audit', 'analytics', 'console', 'jobs', 'auth')
where p.puballtables or t.tablename is not null
group by p.pubname, p.puballtables
union all
select pg_catalog.quote_ident(p.pubname), 'publishes rows of tenants to a subscriber that AiRa does not know'
from pg_catalog.pg_publication p
-- Supabase Realtime checks policies for each of its users.
where p.pubname not in ('supabase_realtime', 'supabase_realtime_messages_publication') and not p.puballtables
  and exists (select from pg_catalog.pg_publication_tables t where t.pubname = p.pubname and t.schemaname = 'public')

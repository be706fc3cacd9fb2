-- Publications of tables outside public, which Supabase Realtime never needs, and of all tables.
select pg_catalog.format('%I of %s', p.pubname, coalesce(pg_catalog.format('%I.%I', t.schemaname, t.tablename), 'all tables')), 'published'
from pg_catalog.pg_publication p
left join pg_catalog.pg_publication_tables t on t.pubname = p.pubname and not p.puballtables
where p.puballtables or (t.schemaname = any(:schemas) and t.schemaname <> 'public')

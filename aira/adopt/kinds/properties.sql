-- Other properties of a table that the original does not have: storage options, a replica identity, children, forced or
-- disabled row security.
select c.relname, x.name, to_jsonb(x.says)
from pg_catalog.pg_class c
cross join lateral (values
    ('options', array_to_string(c.reloptions, ', ')),
    ('replica identity', case c.relreplident when 'f' then 'full' when 'n' then 'nothing' when 'i' then 'an index' end),
    ('children', (select string_agg(i.inhrelid::regclass::text, ', ') from pg_catalog.pg_inherits i where i.inhparent = c.oid)),
    ('row security', case when c.relforcerowsecurity then 'forced' when not c.relrowsecurity then 'off' end),
    ('publications', (select string_agg(p.pubname, ', ' order by p.pubname) from pg_catalog.pg_publication_rel r
                      join pg_catalog.pg_publication p on p.oid = r.prpubid where r.prrelid = c.oid))) as x (name, says)
where c.oid = any(%(tables)s::regclass[]) and x.says is not null

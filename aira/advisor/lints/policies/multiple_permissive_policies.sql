-- level: warn
-- title: Two permissive policies for the same command and role
-- why: PostgreSQL joins permissive policies by OR. Each row costs both, and the less strict one wins.
-- fix: Keep one policy for each table, command and role.
with policies as (
    select p.polrelid, k.command, r.role, p.polname
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.unnest(p.polroles) as r (role)
    cross join (values ('r'), ('a'), ('w'), ('d')) as k (command)
    where n.nspname in ('public', 'private', 'audit', 'analytics') and p.polpermissive and (p.polcmd = '*' or p.polcmd = k.command::"char")
)
select p.polrelid::regclass, pg_catalog.format('%s for one role and command', pg_catalog.string_agg(distinct p.polname::text, ' and ' order by p.polname::text))
from policies p group by p.polrelid, p.command, p.role having pg_catalog.count(*) > 1

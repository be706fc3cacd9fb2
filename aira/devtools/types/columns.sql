-- Columns that services read and write, with the roles that may do so.
select
    c.relname,
    c.relkind = 'v' as is_view,
    coalesce(obj_description(c.oid, 'pg_class'), '') as relation_comment,
    a.attname,
    format_type(a.atttypid, -1) as type,
    not a.attnotnull as nullable,
    a.attgenerated <> '' as generated,
    -- A default, or a trigger that fills the column before the row is checked.
    d.adbin is not null or exists (
        select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = c.oid and t.tgtype & 7 = 7 and p.prosrc ~ ('new\.' || a.attname || ' :=')
    ) as filled,
    array(select r.rolname::text from unnest(%(roles)s::name[]) with ordinality r (rolname, place)
          where has_column_privilege(r.rolname, c.oid, a.attnum, 'select') order by r.place) as readers,
    array(select r.rolname::text from unnest(%(roles)s::name[]) with ordinality r (rolname, place)
          where has_column_privilege(r.rolname, c.oid, a.attnum, 'insert') order by r.place) as inserters,
    array(select r.rolname::text from unnest(%(roles)s::name[]) with ordinality r (rolname, place)
          where has_column_privilege(r.rolname, c.oid, a.attnum, 'update') order by r.place) as updaters,
    coalesce(col_description(c.oid, a.attnum), '') as comment
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
order by c.relname::text collate "C", a.attname::text collate "C"

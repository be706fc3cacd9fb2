-- One row for each argument or result column. `place` 0 is the result of a function without result columns.
select
    p.proname,
    p.proretset,
    coalesce(n.mode, 'r') as mode,
    coalesce(n.name, '') as name,
    format_type(coalesce(n.type, p.prorettype), -1) as type,
    n.mode = 'i' and n.place > p.pronargs - p.pronargdefaults as optional,
    n.mode = 'i' and pg_get_function_arg_default(p.oid, n.place::int) ~ '^NULL' as may_be_null,
    array(select r.rolname::text from unnest(%(roles)s::name[]) with ordinality r (rolname, place)
          where has_function_privilege(r.rolname, p.oid, 'execute') order by r.place) as callers,
    coalesce(obj_description(p.oid, 'pg_proc'), '') as comment
from pg_proc p
left join lateral (
    select m.mode, m.name, m.type, m.place
    from unnest(
        coalesce(p.proargmodes::text[], array_fill('i'::text, array[p.pronargs])),
        p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[])
    ) with ordinality m (mode, name, type, place)
    union all
    select 'r', '', p.prorettype, 0 where not ('t' = any(coalesce(p.proargmodes::text[], '{}')))
) n on true
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
order by p.proname::text collate "C", n.place

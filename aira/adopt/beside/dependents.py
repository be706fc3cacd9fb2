"""Find objects that depend on the original tables, and whether the swap can make them again."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES

# Other objects that depend on the tables. Constraints, indexes, triggers, policies, defaults, foreign keys, plain views
# and publications are not among them: the swap makes all of these again.
UNKNOWN = """
    with tables as (
        select c.oid, c.reltype, c.relname from pg_catalog.pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relname = any(%(tables)s)
    ), dependents as (
        select d.classid, d.objid, d.objsubid, t.relname
        from pg_catalog.pg_depend d
        join tables t on (d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid)
                      or (d.refclassid = 'pg_catalog.pg_type'::regclass
                          and d.refobjid in (t.reltype, (
                              select y.typarray from pg_catalog.pg_type y where y.oid = t.reltype)))
        where d.deptype in ('n', 'a')
    )
    select distinct pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) || ' depends on ' || d.relname
    from dependents d
    where case d.classid
        when 'pg_catalog.pg_class'::regclass then exists (
            select from pg_catalog.pg_class c where c.oid = d.objid and c.relkind not in ('i', 'I', 't'))
        when 'pg_catalog.pg_constraint'::regclass then exists (
            select from pg_catalog.pg_constraint k
            where k.oid = d.objid and k.contype <> 'f' and not k.conrelid in (select t.oid from tables t))
        when 'pg_catalog.pg_trigger'::regclass then exists (
            select from pg_catalog.pg_trigger g where g.oid = d.objid and not g.tgrelid in (select t.oid from tables t))
        when 'pg_catalog.pg_policy'::regclass then exists (
            select from pg_catalog.pg_policy p where p.oid = d.objid and not p.polrelid in (select t.oid from tables t))
        when 'pg_catalog.pg_attrdef'::regclass then exists (
            select from pg_catalog.pg_attrdef a where a.oid = d.objid and not a.adrelid in (select t.oid from tables t))
        when 'pg_catalog.pg_rewrite'::regclass then exists (
            select from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
            where r.oid = d.objid and not c.oid in (select t.oid from tables t)
              and (c.relkind <> 'v' or exists (select from pg_catalog.pg_trigger g where g.tgrelid = c.oid)))
        when 'pg_catalog.pg_publication_rel'::regclass then false
        when 'pg_catalog.pg_statistic_ext'::regclass then false
        when 'pg_catalog.pg_type'::regclass then exists (
            select from pg_catalog.pg_type y where y.oid = d.objid and y.typtype not in ('c') and y.typelem = 0)
        else true end
    union all
    -- The sequence would go with the original.
    select pg_catalog.format('column %%s of %%s takes its values from a sequence', a.attname, t.relname)
    from tables t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    where a.attidentity <> '' or pg_catalog.pg_get_serial_sequence('public.' || t.relname, a.attname) is not null
    order by 1
"""
VIEWS = """
    with recursive reads (view, depth) as (
        select r.ev_class, 1 from pg_catalog.pg_depend d
        join pg_catalog.pg_rewrite r on r.oid = d.objid and d.classid = 'pg_catalog.pg_rewrite'::regclass
        where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = any(%(tables)s::regclass[])
          and r.ev_class <> d.refobjid
        union
        select r.ev_class, v.depth + 1 from reads v
        join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = v.view
        join pg_catalog.pg_rewrite r on r.oid = d.objid and d.classid = 'pg_catalog.pg_rewrite'::regclass
        where r.ev_class <> v.view and v.depth < 20
    )
    select v.view::regclass::text, pg_catalog.pg_get_viewdef(v.view),
           coalesce(pg_catalog.array_to_string(c.reloptions, ', '), ''),
           array(select pg_catalog.format('grant %%s on %%s to %%s', a.privilege_type, v.view::regclass,
                                          case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
                 from pg_catalog.aclexplode(c.relacl) a where a.grantee <> c.relowner),
           pg_catalog.obj_description(v.view, 'pg_class')
    from (select r.view, max(r.depth) as depth from reads r group by 1) v join pg_catalog.pg_class c on c.oid = v.view
    where c.relkind = 'v' order by v.depth, 1
"""
FOREIGN_KEYS = """
    select k.conrelid::regclass::text, k.conname::text, pg_catalog.pg_get_constraintdef(k.oid)
    from pg_catalog.pg_constraint k
    where k.contype = 'f' and k.confrelid = any(%(tables)s::regclass[]) and not k.conrelid = any(%(tables)s::regclass[])
"""
PUBLICATIONS = """
    select p.pubname::text, c.relname::text, pg_catalog.pg_get_expr(r.prqual, r.prrelid),
           array(select a.attname::text from pg_catalog.unnest(r.prattrs) x (n)
                 join pg_catalog.pg_attribute a on a.attrelid = r.prrelid and a.attnum = x.n)
    from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid
    join pg_catalog.pg_class c on c.oid = r.prrelid where c.oid = any(%(tables)s::regclass[])
"""
FOREIGN_PUBLICATIONS = """
    select pg_catalog.format('publication %%s belongs to %%s', p.pubname, p.pubowner::regrole)
    from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid
    where r.prrelid = any(%(tables)s::regclass[]) and not pg_catalog.pg_has_role(p.pubowner, 'usage')
"""


@dataclass(frozen=True)
class Dependents:
    """Hold the statements that drop the dependents of the originals, and those that make them again."""

    off: list[str]
    on: list[str]
    to_validate: list[tuple[str, str]]


def unknown(cursor: CursorWrapper) -> list[str]:
    """Describe the dependents that the swap can't make again. Such a database is adopted in place."""
    cursor.execute(UNKNOWN, {"tables": list(TABLES)})
    found = [text for (text,) in cursor.fetchall()]
    cursor.execute(FOREIGN_PUBLICATIONS, {"tables": [f"public.{table}" for table in TABLES]})
    return found + [text for (text,) in cursor.fetchall()]


def known(cursor: CursorWrapper, dropped: set[str]) -> Dependents:
    """Return the statements for the dependents.

    The search_path is empty, so that definitions have full names.

    Args:
        dropped: Views that are not made again.
    """
    tables = {"tables": [f"public.{table}" for table in TABLES]}
    off: list[str] = []
    on: list[str] = []
    cursor.execute(VIEWS, tables)
    views = cursor.fetchall()
    off += [f"drop view {name}" for name, *_ in reversed(views)]
    for name, definition, options, grants, comment in views:
        if name in dropped:
            continue
        on.append(f"create view {name}{f' with ({options})' if options else ''} as {definition}")
        # Default privileges may have granted more on the new view than the old one had.
        on.append(f"revoke all on {name} from public, anon, authenticated, service_role")
        on += grants
        if comment:
            on.append(f"comment on view {name} is '" + comment.replace("'", "''") + "'")
    cursor.execute(FOREIGN_KEYS, tables)
    keys = cursor.fetchall()
    for table, name, definition in keys:
        off.append(f'alter table {table} drop constraint "{name}"')
        valid = definition if definition.endswith("NOT VALID") else f"{definition} not valid"
        on.append(f'alter table {table} add constraint "{name}" {valid}')
    cursor.execute(PUBLICATIONS, tables)
    for publication, table, condition, columns in cursor.fetchall():
        listed = f" ({', '.join(columns)})" if columns else ""
        where = f" where ({condition})" if condition else ""
        off.append(f'alter publication "{publication}" drop table public.{table}')
        on.append(f'alter publication "{publication}" add table public.{table}{listed}{where}')
    return Dependents(off, on, [(table, name) for table, name, definition in keys if "NOT VALID" not in definition])

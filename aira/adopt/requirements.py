"""Find parts of the database that adoption and the migrations need beside the tables."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from aira.adopt.difference import Difference, decide, stays

# Columns of Supabase's auth.users that functions and models of AiRa read, and the definition that adds a missing one.
ACCOUNT = {
    "id": "uuid primary key",
    "email": "varchar(255)",
    "phone": "text unique",
    "created_at": "timestamptz default now()",
    "last_sign_in_at": "timestamptz",
}
ROLES = ("anon", "authenticated", "service_role")
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


def requirements(cursor: CursorWrapper) -> Iterator[Difference]:
    """Yield what the database lacks for adoption."""
    yield from accounts(cursor)
    yield from roles(cursor)
    yield from extensions(cursor)
    cursor.execute(
        "select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create'), "
        "pg_catalog.has_schema_privilege('public', 'create')"
    )
    database, schema = cursor.fetchone()
    if not database:
        yield Difference(
            "database", "does not allow this role to create schemas", "stop", "Connect as its owner, or GRANT CREATE."
        )
    if not schema:
        yield Difference(
            "schema public", "does not allow this role to create tables", "stop", "GRANT CREATE ON SCHEMA public."
        )


def accounts(cursor: CursorWrapper) -> Iterator[Difference]:
    """Yield what the schema auth lacks."""
    cursor.execute(
        "select a.attname::text from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid "
        "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'auth' and c.relname = 'users' and a.attnum > 0 and not a.attisdropped"
    )
    there = {name for (name,) in cursor.fetchall()}
    if not there:
        yield Difference(
            "table auth.users",
            "is missing",
            "stop",
            "Adoption needs this table of Supabase Auth. Install Supabase Auth.",
        )
        return
    for name, type_ in ACCOUNT.items():
        if name not in there:
            add = f"Add it as the owner of the table: ALTER TABLE auth.users ADD COLUMN {name} {type_}."
            yield Difference(f"column auth.users.{name}", "is missing", "stop", add)
    cursor.execute(
        "select pg_catalog.has_schema_privilege('auth', 'usage'), "
        "pg_catalog.has_table_privilege('auth.users', 'references'), "
        "pg_catalog.has_table_privilege('auth.users', 'select'), "
        "exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace "
        "where n.nspname = 'auth' and p.proname = 'uid' and p.pronargs = 0)"
    )
    usage, refers, reads, uid = cursor.fetchone()
    if not (usage and refers and reads):
        grant = "As its owner: GRANT USAGE ON SCHEMA auth TO …; GRANT SELECT, REFERENCES ON auth.users TO …"
        yield Difference("table auth.users", "can't be read and referred to by this role", "stop", grant)
    if not uid:
        yield Difference(
            "function auth.uid()",
            "is missing",
            "stop",
            "Row security calls this function of Supabase Auth. Install Supabase Auth.",
        )


def roles(cursor: CursorWrapper) -> Iterator[Difference]:
    """Yield the roles of Supabase that are missing."""
    cursor.execute("select r.rolname::text from pg_catalog.pg_roles r where r.rolname = any(%s)", [list(ROLES)])
    there = {name for (name,) in cursor.fetchall()}
    for name in ROLES:
        if name not in there:
            yield Difference(f"role {name}", "is missing", "stop", f"Make it: CREATE ROLE {name} NOLOGIN.")


def extensions(cursor: CursorWrapper) -> Iterator[Difference]:
    """Yield missing extensions, and extensions in the schema public."""
    cursor.execute(
        "select e.name::text from pg_catalog.pg_available_extensions e where e.name = any(%s)", [list(EXTENSIONS)]
    )
    there = {name for (name,) in cursor.fetchall()}
    for name in EXTENSIONS:
        if name not in there:
            yield Difference(
                f"extension {name}", "is not installed on the server", "stop", "Install PostgreSQL's contrib package."
            )
    cursor.execute(
        "select e.extname::text, e.extrelocatable, exists ("
        "select from pg_catalog.pg_namespace s where s.nspname = 'extensions'), not exists ("
        "select from pg_catalog.pg_depend d join pg_catalog.pg_proc p on p.oid = d.objid "
        "where d.refobjid = e.oid and d.deptype = 'e' and d.classid = 'pg_catalog.pg_proc'::regclass "
        "and not pg_catalog.pg_has_role(p.proowner, 'usage')) "
        "from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace "
        "where n.nspname = 'public'"
    )
    for name, relocatable, has_schema, owned in cursor.fetchall():
        if name in EXTENSIONS:
            yield stays(f"extension {name}", "is in the schema public", "is moved to the schema extensions")
            continue
        if not relocatable:
            yield stays(f"extension {name}", "is in the schema public, and can't be moved")
            continue
        move = f'ALTER EXTENSION "{name}" SET SCHEMA extensions'
        yield decide(
            f"extension {name}",
            "is in the schema public, which the data API exposes",
            move if has_schema else f"CREATE SCHEMA IF NOT EXISTS extensions; {move}",
            options=("keep", "replace") if owned else ("keep",),
            advice=f"Here, replace means: {move}. Services that call its functions in public must change."
            if owned
            else f"To move it, the owner of its functions must run: {move}.",
        )

"""Test that the chapter about growing in docs/OPERATIONS.md matches the catalog. tests/bench/tables.py measures its
figures.
"""

import re

from aira.embedded import PROJECT
from aira.ops.health import checks
from tests.database import Database

TEXT = (PROJECT / "docs/OPERATIONS.md").read_text().partition("## Growing")[2].partition("\n## ")[0]
UNIQUES_WITHOUT_TENANT = """
    select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
    where i.relnamespace = 'public'::regnamespace and x.indisunique
      and not exists (select from pg_attribute a where a.attrelid = x.indrelid and a.attname = 'user_id' and a.attnum = any (x.indkey))
"""
KEYS_WITHOUT_TENANT = """
    select k.conname from pg_constraint k
    where k.contype = 'f' and k.connamespace in ('public'::regnamespace, 'private'::regnamespace) and k.conparentid = 0
      and k.confrelid <> 'auth.users'::regclass
      and not exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'user_id' and a.attnum = any (k.conkey))
"""


def test_every_unique_rule_without_a_tenant_is_named(database: Database) -> None:
    found = {name for (name,) in database.owner(UNIQUES_WITHOUT_TENANT)}
    assert len(found) > 8
    assert {name for name in found if f"`{name}`" not in TEXT} == set()
    named = set(re.findall(r"`(\w+(?:_pkey|_once|_key))`", TEXT))
    assert named == found, "and none that has one, or is gone"


def test_every_foreign_key_without_a_tenant_is_named(database: Database) -> None:
    for (name,) in database.owner(KEYS_WITHOUT_TENANT):
        assert f"`{name}`" in TEXT or (name.startswith("refunds_") and "`private.refunds`" in TEXT), name


def test_every_health_check_that_the_chapter_names_exists() -> None:
    for name in ("cache_misses", "connections", "replica_lag", "slot_wal"):
        assert name in TEXT
        assert name in {check.name for check in checks()}

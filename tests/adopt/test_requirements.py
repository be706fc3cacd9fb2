"""Test that `--check` names what adoption needs from the database, and what to do, before adoption begins."""

import json
from pathlib import Path

import pytest

from aira.embedded import Cluster
from tests.adopt.checking import check, decided, found
from tests.hosted import connect, manage
from tests.original import make_original, owner


# This server does not offer uuid-ossp. hstore is installed and moved in the same way.
@pytest.mark.slow
def test_an_extension_in_public_is_named_and_kept(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "in_public", "create extension hstore with schema public", rows=60)
    (record,) = [one for one in found(cluster, "in_public") if one["subject"] == "extension hstore"]
    assert record["must_decide"]
    assert 'ALTER EXTENSION "hstore" SET SCHEMA extensions' in record["decide"]
    said = manage(cluster, "in_public", "hosted", "adopt", decided(tmp_path, objects={"extension hstore": "keep"}))
    assert "Adopted:" in said


@pytest.mark.slow
def test_an_extension_whose_functions_the_role_owns_is_moved(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "moved", rows=60)
    with connect(cluster, "moved") as connection:
        # Hosted Supabase makes its owner the owner of the extensions that it installs.
        connection.execute("alter role hosted superuser")
    try:
        with owner(cluster, "moved") as connection:
            connection.execute("create extension hstore with schema public")
        said = manage(cluster, "moved", "hosted", "adopt", decided(tmp_path, objects={"extension hstore": "replace"}))
        with owner(cluster, "moved") as connection:
            where = connection.execute(
                "select extnamespace::regnamespace::text from pg_extension where extname = 'hstore'"
            )
            assert where.fetchone() == ("extensions",)
    finally:
        with connect(cluster, "moved") as connection:
            connection.execute("alter role hosted nosuperuser")
    assert "Adopted:" in said


MISSING = {
    "alter table auth.users drop column phone": ("column auth.users.phone", "ALTER TABLE auth.users ADD COLUMN phone text unique"),
    "alter table auth.users drop column last_sign_in_at": ("column auth.users.last_sign_in_at", "ADD COLUMN last_sign_in_at timestamptz"),
    "revoke references on auth.users from hosted": ("table auth.users", "GRANT SELECT, REFERENCES"),
    "revoke create on schema public from public, hosted": ("schema public", "GRANT CREATE ON SCHEMA public"),
}  # fmt: skip


def test_missing_requirements_are_named_with_what_to_do(cluster: Cluster) -> None:
    make_original(cluster, "missing", rows=60)
    for number, (statement, (subject, advice)) in enumerate(MISSING.items()):
        with connect(cluster, "postgres") as connection:
            connection.execute(f"create database missing_{number} template missing owner postgres")
            connection.execute(f"grant create on database missing_{number} to hosted")
        with connect(cluster, f"missing_{number}") as connection:
            connection.execute(statement)
        code, said, errors = check(cluster, f"missing_{number}", "--format=json")
        assert (code, errors) == (1, ""), statement
        (record,) = [one for one in json.loads(said)["found"] if one["subject"] == subject]
        assert record["must_decide"], statement
        assert advice in record["does"], statement

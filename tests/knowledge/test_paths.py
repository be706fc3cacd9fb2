"""The path of a document lies in the folder of its business, and means the same to every program."""

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

INSERT = "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', %s)"
REFUSED = psycopg.errors.CheckViolation
UNSAFE = [
    "",
    "/menu.pdf",
    "a//menu.pdf",
    "a/",
    "../menu.pdf",
    "a/../menu.pdf",
    "a/..",
    "a/./menu.pdf",
    "..",
    "http://169.254.169.254/latest/meta-data",
    "https:menu.pdf",
    "file:///etc/passwd",
    "C:\\menu.pdf",
    "a\\menu.pdf",
    "..\\menu.pdf",
    "a/%2e%2e/menu.pdf",
    "a/%2E./menu.pdf",
    "a%2fmenu.pdf",
    "a%5Cmenu.pdf",
    "a/menu.pdf%00",
    "a/me\nnu.pdf",
    "a/me\x1fnu.pdf",
    "a/\u202efdp.exe",
    "a/menu\u200b.pdf",
    "a/" + "x" * 1023,
]


@pytest.mark.parametrize("role", ["service_role", "console", "authenticated"])
def test_no_role_can_write_a_path_that_leads_elsewhere(database: Database, alices: Rows, role: str) -> None:
    for path in UNSAFE:
        request = database.as_user(alices.user) if role == "authenticated" else database.as_service(role)
        whole = (
            f"{alices.business}/{path}"
            if role == "authenticated" and not path.startswith(("http", "C:", "file:"))
            else path
        )
        if whole in (f"{alices.business}/https:menu.pdf",):
            continue
        with pytest.raises(REFUSED) as refused, request as sql:
            sql(INSERT, alices.business, whole)
        rules = (
            {"document_path_is_safe", "document_path_in_business"}
            if role == "authenticated"
            else {"document_path_is_safe"}
        )
        assert refused.value.diag.constraint_name in rules, path


def test_alice_can_upload_only_into_the_folder_of_her_business(database: Database, alices: Rows, bobs: Rows) -> None:
    for path in (
        f"{bobs.business}/Price list.pdf",
        "menu.pdf",
        f"x/{alices.business}/menu.pdf",
        f"{alices.business}menu.pdf",
        str(alices.business),
        f"{str(alices.business).upper()}/menu.pdf",
    ):
        with pytest.raises(REFUSED) as refused, database.as_user(alices.user) as sql:
            sql(INSERT, alices.business, path)
        assert refused.value.diag.constraint_name == "document_path_in_business", path
        assert refused.value.diag.column_name == "file_path"
        assert str(alices.business) in str(refused.value.diag.message_hint)
    with database.as_user(alices.user) as sql:
        for path in ("menu.pdf", "2026/Menü – Herbst.pdf", "50% off.pdf", "a:b.pdf", "...pdf", "week 12..13.pdf"):
            assert sql(INSERT, alices.business, f"{alices.business}/{path}").rowcount == 1, path


def test_a_service_may_keep_its_own_folders(database: Database, alices: Rows) -> None:
    for role in ("service_role", "console"):
        with database.as_service(role) as sql:
            assert sql(INSERT, alices.business, "imports/2026/menu.pdf").rowcount == 1


def test_an_update_can_not_move_the_path_to_another_folder(database: Database, alices: Rows) -> None:
    for path in UNSAFE:
        with pytest.raises(REFUSED) as refused, database.as_service("service_role") as sql:
            sql("update public.documents set file_path = %s", path)
        assert refused.value.diag.constraint_name == "document_path_is_safe", path
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_user(alices.user) as sql:
        sql("update public.documents set file_path = %s", f"{alices.business}/x.pdf")

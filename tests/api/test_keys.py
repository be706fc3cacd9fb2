"""Test API keys: how operators make them, what they allow, and how they end."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from aira.api import keys
from aira.api.models import ApiKey
from aira.api.scopes import scopes
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from tests.database import Database
from tests.factories import Tenant

URL = "/api/v1/businesses/"


def status(secret: str) -> int:
    return APIClient(headers={"Authorization": f"Bearer {secret}"}).get(URL).status_code


def make(**given: Any) -> keys.NewSecret:
    return keys.make(**{"name": "tool", "purpose": "tests", "scopes": ["businesses:read"], **given})


def test_a_secret_has_256_bits_and_only_its_hash_is_stored(db: None) -> None:
    made = make()
    assert re.fullmatch(r"aira_[\w-]{43}", made.secret)
    with connection.cursor() as cursor:
        cursor.execute("select k::text from console.api_keys k")
        [[row]] = cursor.fetchall()
    assert made.secret[13:] not in row
    assert keys.digest(made.secret).hex() in row
    assert status(made.secret) == 200


@pytest.mark.parametrize("sent", ["aira_" + "x" * 43, "", "Ω", "a b c"])
def test_an_unknown_secret_is_refused(db: None, sent: str) -> None:
    make()
    answer = APIClient(headers={"Authorization": f"Bearer {sent}"}).get(URL)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_refusal_names_the_missing_scope(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    client = with_key("transactions:read")
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/"
    assert client.get(url).status_code == 200
    refused = client.post(f"{url}refund/", {})
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert refused.json()["scope"] == "transactions:refund"
    assert "transactions:refund" in refused.json()["detail"]
    assert client.get(URL).json()["scope"] == "businesses:read"


def test_every_endpoint_asks_for_an_existing_scope(with_key: Callable[..., APIClient], db: None) -> None:
    from aira.api.urls import router

    known, asked = set(scopes()), set()
    for pattern in router.urls:
        actions = getattr(pattern.callback, "actions", None)
        if not actions or pattern.name == "api-root":
            continue
        for method, action in actions.items():
            from aira.api.scopes import scope_of

            asked.add(scope_of(type("View", (pattern.callback.cls,), {"action": action}), method))
    assert asked <= known
    assert {scope for scope in known - asked if not scope.endswith(":export")} == {"personal:read"}


def test_expired_and_revoked_keys_are_refused(db: None) -> None:
    made = make(expires_at=timezone.now() + timedelta(hours=1))
    assert status(made.secret) == 200
    ApiKey.objects.filter(pk=made.key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert status(made.secret) == 401
    other = make(name="other")
    keys.revoke(key=other.key.pk)
    assert status(other.secret) == 401
    since = ApiKey.objects.get(pk=other.key.pk).revoked_at
    keys.revoke(key=other.key.pk)
    assert ApiKey.objects.get(pk=other.key.pk).revoked_at == since
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        ApiKey.objects.filter(pk=other.key.pk).update(revoked_at=None)
    assert error.value.__cause__.diag.constraint_name == "api_key_stays_revoked"  # type: ignore[union-attr]


def test_both_secrets_work_while_a_key_is_rotated(db: None) -> None:
    first = make()
    second = keys.rotate(key=first.key.pk, overlap=timedelta(days=1))
    assert second.key.pk == first.key.pk
    assert (status(first.secret), status(second.secret)) == (200, 200)
    ApiKey.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    assert (status(first.secret), status(second.secret)) == (401, 200)
    third = keys.rotate(key=first.key.pk, overlap=timedelta(0))
    assert (status(second.secret), status(third.secret)) == (401, 200)
    with pytest.raises(keys.KeyRefused, match="0 to 90 days"):
        keys.rotate(key=first.key.pk, overlap=timedelta(days=91))
    keys.revoke(key=first.key.pk)
    with pytest.raises(keys.KeyRefused, match="revoked"):
        keys.rotate(key=first.key.pk)


def test_the_last_use_is_recorded_once_in_five_minutes(db: None) -> None:
    made = make()
    status(made.secret)
    noted = ApiKey.objects.get(pk=made.key.pk).last_used_at
    assert noted is not None
    long_ago = timezone.now() - timedelta(minutes=6)
    for before, moves in ((noted, False), (long_ago, True)):
        ApiKey.objects.update(last_used_at=before)
        status(made.secret)
        assert (ApiKey.objects.get(pk=made.key.pk).last_used_at != before) is moves


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"scopes": []}, "api_key_has_scopes"),
        ({"rate_limit": 0}, "api_key_rate_in_range"),
        ({"name": "taken"}, "api_key_name_once"),
    ],
)
def test_the_database_refuses_a_key_that_breaks_a_rule(db: None, given: dict[str, Any], rule: str) -> None:
    make(name="taken")
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        make(**given)
    assert error.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


def test_the_database_refuses_an_unhashed_key(database: Database) -> None:
    from psycopg import errors

    with pytest.raises(errors.CheckViolation, match="api_key_hashed"), database.as_service("console") as sql:
        sql(
            "insert into console.api_keys (name, purpose, scopes, prefix, secret_hash)"
            " values ('x', 'x', '{a:read}', 'x', 'plain text')"
        )


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "voice_agent"])
def test_no_other_service_reads_keys(database: Database, role: str) -> None:
    from psycopg import errors

    with pytest.raises(errors.InsufficientPrivilege), database.request(role, {"role": role}) as sql:
        sql("select 1 from console.api_keys")


def test_a_write_is_recorded_with_the_key_the_request_and_the_reason(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    client = with_key("businesses:update", "businesses:read")
    url = f"{URL}{alices_tenant.business.pk}/"
    for reason, recorded in (("ticket 7 – größer", "ticket 7 – größer"), (None, "tests of the API")):
        sent = {"X-Request-Id": "req-9", "If-Match": "*"} | (
            {"X-Reason": reason.encode().decode("latin-1")} if reason else {}
        )
        assert client.patch(url, {"name": f"Renamed {reason}"}, headers=sent).status_code == 200
        event = AuditEvent.objects.filter(row_id=str(alices_tenant.business.pk)).latest("id")
        assert (event.actor_kind, event.actor_id, event.actor_name) == ("api_key", str(client.key.pk), "tool")  # type: ignore[attr-defined]
        assert (event.request_id, event.reason) == ("req-9", recorded)


def test_changes_of_a_key_are_recorded_without_its_hash(db: None) -> None:
    made = make()
    keys.rotate(key=made.key.pk)
    events = AuditEvent.objects.filter(table_name="api_keys", row_id=str(made.key.pk))
    assert [event.verb for event in events.order_by("id")] == ["insert", "update"]
    assert not any("hash" in name for event in events for name in event.after)


def test_personal_data_need_their_own_scope(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    assert with_key("appointments:read").get(url).json()["customer_name"] == "C•••"
    assert with_key("appointments:read", "personal:read", name="b").get(url).json()["customer_name"] == "Carol"


def command(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("api_key", *args, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def test_a_key_is_made_rotated_and_revoked_by_the_command_line(db: None) -> None:
    assert "transactions:refund: " in command("scopes")[0]
    secret, said = command("create", "nightly", "--purpose", "exports", "--scope", "businesses:read", "--days", "30")
    assert "not shown again" in said
    assert status(secret) == 200
    assert "nightly (" in command("list")[0]
    assert secret[13:] not in command("list")[0]
    newer, _ = command("rotate", "nightly", "--overlap-days", "0")
    assert (status(secret), status(newer)) == (401, 200)
    command("revoke", "nightly")
    assert status(newer) == 401
    for wrong in (
        ("create", "n", "--purpose", "x", "--scope", "businesses:fly"),
        ("rotate", "nobody"),
        ("create", "n", "--purpose", "x", "--scope", "businesses:read", "--days", "9999999"),
        ("create", "n", "--purpose", "x", "--scope", "businesses:read", "--rate-limit", "0"),
    ):
        with pytest.raises(CommandError):
            command(*wrong)


def test_a_key_is_made_rotated_and_revoked_in_the_console(console: Client) -> None:
    page = reverse("admin:api_apikey_add")
    assert "businesses:read" in console.get(page).content.decode()
    form = {"name": "web", "purpose": "tests", "scopes": ["businesses:read"], "rate_limit": "600", "days": ""}
    made = console.post(page, form)
    [secret] = re.findall(r"aira_[\w-]{43}", made.content.decode())
    assert "no-store" in made["Cache-Control"]
    assert status(secret) == 200
    again = console.post(page, form)
    assert "A key of this name is in use" in again.content.decode()
    key = ApiKey.objects.get(name="web")
    detail = reverse("admin:api_apikey_change", args=[key.pk])
    shown = console.get(detail).content.decode()
    assert reverse("admin:api_apikey_rotate", args=[key.pk]) in shown
    assert "aira_" + secret[5:13] in shown
    assert secret not in shown
    rotated = console.post(reverse("admin:api_apikey_rotate", args=[key.pk]), {"overlap": "0", "reason": "leaked"})
    [newer] = re.findall(r"aira_[\w-]{43}", rotated.content.decode())
    assert (status(secret), status(newer)) == (401, 200)
    event = AuditEvent.objects.filter(table_name="api_keys").latest("id")
    assert (event.actor_kind, event.reason) == ("staff", "leaked")
    console.post(f"{detail.removesuffix('change/')}do/revoke/", {"reason": "over"})
    assert status(newer) == 401


@pytest.mark.parametrize("page", ["add/", "", "{pk}/rotate/", "{pk}/change/", "{pk}/do/revoke/"])
def test_only_staff_with_permission_see_api_keys(client: Client, db: None, page: str) -> None:
    made = make()
    client.force_login(StaffUser.objects.create_user("new", password="correct horse", is_staff=True))
    url = reverse("admin:api_apikey_changelist") + page.format(pk=made.key.pk)
    assert client.get(url).status_code == 403
    assert client.post(url, {"reason": "x", "overlap": "1"}).status_code == 403

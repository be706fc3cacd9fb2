"""Test that each of Django's transactions tells the database who acts."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from aira.audit.actor import Actor, acting_as, set_reason
from aira.audit.models import AuditEvent
from businesses.models import Business
from tests.tenant_rows import Rows


def fails_after(write: Callable[[], Any]) -> None:
    try:
        with transaction.atomic(using="direct"):
            write()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def test_each_transaction_announces_its_actor_and_none_keeps_it(direct: Any, alices: Rows) -> None:
    rows = Business.objects.using("direct").filter(pk=alices.business)

    def last() -> AuditEvent:
        return AuditEvent.objects.using("direct").filter(row_id=str(alices.business)).latest("id")

    with acting_as(lambda: Actor("staff", "1", "kim", "r-1")):
        rows.update(name="autocommit")
        assert last().actor_name == "kim"
        with transaction.atomic(using="direct"):
            fails_after(lambda: rows.update(name="rolled back to a savepoint"))
            set_reason("ticket 7", using="direct")
            rows.update(name="after it")
        assert (last().actor_name, last().reason) == ("kim", "ticket 7")
        fails_after(lambda: rows.update(name="rolled back"))
        rows.update(name="no reason left")
        assert (last().actor_name, last().reason) == ("kim", None)
    with transaction.atomic(using="direct"):
        set_reason("by hand", using="direct")
        rows.update(name="by a program")
    assert (last().actor_kind, last().reason) == ("database", "by hand")
    rows.update(name="nobody in particular")
    assert (last().actor_kind, last().request_id, last().reason) == ("database", None, None)
    with direct.cursor() as cursor:
        cursor.execute("select current_setting('aira.actor', true)")
        assert not cursor.fetchone()[0]


def test_finding_the_actor_may_need_queries(direct: Any, alices: Rows) -> None:
    def look_up() -> Actor:
        name = Business.objects.using("direct").values_list("name", flat=True).get(pk=alices.business)
        return Actor("staff", "1", name, "r-1")

    name = look_up().name
    with acting_as(look_up), transaction.atomic(using="direct"):
        Business.objects.using("direct").filter(pk=alices.business).update(name="changed")
    event = AuditEvent.objects.using("direct").filter(row_id=str(alices.business)).latest("id")
    assert event.actor_name == name

"""Staff need the permission to add refunds, in the console and over the API."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from aira.console.models import StaffUser
from billing.models import Transaction

VIEWS = ["view_transaction", "view_wallet", "view_refund"]


@pytest.fixture
def payment(db: None, alice: Any) -> Transaction:
    row = Transaction.objects.create(user_id=alice, type="credit", amount=10, currency="USD")
    Transaction.objects.filter(pk=row.pk).update(status="completed", stripe_payment_intent_id="pi_1")
    return Transaction.objects.get(pk=row.pk)


def staff_with(*codenames: str) -> StaffUser:
    member = StaffUser.objects.create_user("mia", "mia@example.com", "correct horse battery", is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return member


@pytest.mark.parametrize("verb", ["refund", "dispute"])
def test_staff_who_may_only_change_transactions_cannot_return_money(
    client: Client, payment: Transaction, verb: str
) -> None:
    member = staff_with(*VIEWS, "change_transaction")
    client.force_login(member)
    page = client.post(reverse("admin:billing_transaction_do", args=[payment.pk, verb]), {"reason": "ticket 1"})
    assert page.status_code == 403
    api = APIClient()
    api.force_login(member)
    assert api.post(f"/api/v1/transactions/{payment.pk}/{verb}/", {}).status_code == 403
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_amount) == ("completed", 0)


@pytest.mark.parametrize("verb", ["refund", "dispute"])
def test_staff_who_may_add_refunds_return_money_over_the_api(payment: Transaction, verb: str) -> None:
    api = APIClient()
    api.force_login(staff_with(*VIEWS, "add_refund"))
    assert api.post(f"/api/v1/transactions/{payment.pk}/{verb}/", {}).status_code == 200
    payment.refresh_from_db()
    assert payment.refunded_amount == 10

"""The owner of a business is masked on every page of it, for staff who see people masked."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from aira.schema.models import Account
from tests.console.test_pages import page
from tests.factories import Tenant


@pytest.fixture
def support(db: None) -> Client:
    person = StaffUser.objects.create_user("rita", password="x", is_staff=True)
    person.groups.add(Group.objects.get(name="support"))
    client = Client()
    client.force_login(person)
    return client


def test_no_page_of_a_business_shows_its_owner_unmasked(support: Client, alices_tenant: Tenant) -> None:
    business, user = alices_tenant.business, alices_tenant.business.user_id
    account = Account.objects.get(pk=user)
    email = str(account.email)
    pages: dict[str, Any] = {
        "overview": reverse("business", args=[business.pk]),
        "timeline": reverse("timeline", args=["businesses", "business", business.pk]),
        "timeline of the account": reverse("timeline", args=["platform", "account", user]),
        "statement": reverse("admin:billing_wallet_statement", args=[alices_tenant.wallet.pk]),
        "search": reverse("search") + "?q=Corner",
        "customer": reverse("customer", args=[alices_tenant.appointment.pk]),
        "autocomplete": reverse("admin:autocomplete")
        + f"?app_label=businesses&model_name=business&field_name=user&term={email}",
    }
    for row in (*vars(alices_tenant).values(), account):
        model = type(row)
        if model not in admin.site._registry:
            continue
        pages[f"{model.__name__} form"] = page(model, "change", row.pk)
        pages[f"{model.__name__} list"] = page(model, "changelist")
    for name, url in pages.items():
        answer = support.get(url, follow=True)
        assert answer.status_code in (200, 403), name
        assert email not in answer.content.decode(), name
    # The typed text is in the input alone. The title, which browsers keep, has none of it.
    found = support.get(reverse("search"), {"q": email}).content.decode()
    assert found.count(email) == found.count(f'value="{email}"')

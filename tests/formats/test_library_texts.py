"""Test the words of the console for texts of Django and unfold."""

import re
from pathlib import Path

import django
import pytest
import unfold
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation import gettext

from aira.embedded import PROJECT
from billing.models import ApprovalRequest
from bookings.models import BookingRules
from tests.console.test_pages import page
from tests.factories import Tenant

FOLDER = PROJECT / "aira" / "formats" / "locale" / "en" / "LC_MESSAGES"


def catalog() -> dict[str, str]:
    with (FOLDER / "django.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_the_compiled_texts_are_those_of_the_source() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = {str(one.id): str(one.string) for one in read_mo(file) if one.id}
    assert compiled == catalog()


def test_each_text_has_the_placeholders_of_the_text_that_it_replaces() -> None:
    names = re.compile(r"%\(\w+\)s|\{\w+\}")
    for before, after in catalog().items():
        assert set(names.findall(after)) <= set(names.findall(before)), before


def test_each_replaced_text_is_one_of_the_libraries() -> None:
    """After an upgrade, a text that the library has changed must be replaced anew."""
    folders = [Path(django.__file__).parent, Path(unfold.__file__).parent]
    texts = [
        path.read_text()
        for folder in folders
        for path in [*folder.rglob("*.html"), *folder.rglob("*.py"), *folder.rglob("locale/en/LC_MESSAGES/django.po")]
    ]
    plain = re.sub(r'"\s*\n\s*"', "", "\n".join(texts))
    plain = re.sub(r"{{ ?(\w+) ?}}", r"%(\1)s", plain).replace('\\"', '"')
    with (FOLDER / "django.po").open("rb") as file:
        ids = [one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file) if one.id]
    assert [text for text in ids if text not in plain] == []


def test_texts_of_the_libraries_are_replaced() -> None:
    assert gettext("Apply Filters") == "Apply the filters"


@pytest.mark.parametrize("sent", [{"action": "delete_selected"}, {"action": ""}])
def test_an_action_on_nothing_says_what_to_do(console: Client, alices_tenant: Tenant, sent: dict[str, str]) -> None:
    text = console.post(page(BookingRules, "changelist"), sent | {"index": "0"}, follow=True).content.decode()
    assert "Nothing was changed, because no record is chosen. Tick the boxes" in text


def test_a_record_that_does_not_exist_is_named_with_its_id(console: Client) -> None:
    missing = "7ce6e9c1-ea27-4faf-8e78-b8b72a18eee2"
    text = console.get(page(ApprovalRequest, "change", missing), follow=True).content.decode()
    assert f"approval request with the id “{missing}” does not exist." in text

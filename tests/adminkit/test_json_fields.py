"""Test that staff edit JSON values as lines and boxes, and that reading a shown value gives the same value."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aira.adminkit.json_fields import ListField, NamedValuesField
from telephony.capabilities import CapabilitiesField
from telephony.models import BusinessNumber
from tests.console.test_pages import form_of, page
from tests.factories import Tenant


@pytest.mark.parametrize(
    "value",
    [{}, {"order": 17}, {"adjustment": True, "note": "a: b"}, {"code": "17"}, {"list": [1, "x"], "none": None}],
)
def test_named_values_are_read_as_they_were_written(value: dict[str, Any]) -> None:
    field = NamedValuesField()
    assert field.clean(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))


def test_named_values_are_lines_of_words() -> None:
    assert NamedValuesField().prepare_value({"order": 17, "by": "phone"}) == "order: 17\nby: phone"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("17", "“17” has no name. Write a name, a colon and the value: order: 17"),
        ("a: 1\na: 2", "“a” is given twice. Keep one of the lines."),
    ],
)
def test_a_line_that_can_not_be_read_is_explained(text: str, error: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NamedValuesField().clean(text)
    assert refused.value.messages == [error]


@pytest.mark.parametrize("value", [[], ["call recording"], ["1", 2, {"a": [None]}]])
def test_a_list_has_one_item_on_each_line(value: list[Any]) -> None:
    field = ListField()
    assert field.clean(field.prepare_value(value)) == value


@pytest.mark.parametrize(
    ("value", "chosen", "changed"),
    [
        (None, [], False),
        ({"voice": True, "sms": False}, ["voice"], False),
        ({"voice": True}, ["voice", "sms"], True),
        ({"fax": True}, [], True),
    ],
)
def test_capabilities_change_only_with_their_boxes(value: Any, chosen: list[str], changed: bool) -> None:
    assert CapabilitiesField().has_changed(value, chosen) is changed


def test_staff_tick_what_a_phone_number_can_do(console: Client, alices_tenant: Tenant) -> None:
    number = alices_tenant.number
    url = page(BusinessNumber, "change", number.pk)
    shown = console.get(url).content.decode()
    assert "JSON" not in shown
    assert "Text messages (SMS)" in shown
    sent = form_of(console, url) | {"capabilities": ["voice", "fax"], "features": "call recording\ncaller id"}
    assert console.post(url, sent).status_code == 302
    number.refresh_from_db()
    assert number.capabilities == {"voice": True, "sms": False, "mms": False, "fax": True}
    assert number.features == ["call recording", "caller id"]

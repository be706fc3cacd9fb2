"""Test that labels and help texts of fields are words for staff, not names of columns."""

import re
from typing import Any

from django.contrib import admin
from django.db import models

from aira.api.scopes import scopes

# Beginnings and parts of labels that only name a column.
COLUMN = re.compile(r"^(is|has|told|made|looped) |\b(url|sid|seq|xact|verb|timezone|email|e mail|min|max|db|pk)\b")
# Words for programmers.
CODE = re.compile(r"\b(null|true|false|tuple|boolean|jwt|insert|inserted|row)\b|[a-z]_[a-z]", re.IGNORECASE)
# Help texts that list values as the console shows them.
LISTS_VALUES = {
    "platform.AuditEvent.actor_kind",
    "platform.WebhookDelivery.event",
    "billing.LedgerEntry.contra",
    "telephony.BusinessNumber.capabilities",
}
# The texts of libraries.
FOREIGN = {"procrastinate", "auth"}


def fields() -> list[tuple[str, Any]]:
    """List the fields of all models that have pages, with their full names."""
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in admin.site._registry
        if model._meta.app_label not in FOREIGN
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if not isinstance(field, models.GeneratedField)
    ]


def test_labels_are_words() -> None:
    assert [(name, str(field.verbose_name)) for name, field in fields() if COLUMN.search(str(field.verbose_name))] == []


def test_help_texts_are_sentences() -> None:
    unfinished = [(name, text) for name, field in fields() if (text := str(field.help_text)) and text[-1] not in ".…"]
    assert unfinished == []
    code = [(name, str(field.help_text)) for name, field in fields() if CODE.search(str(field.help_text))]
    assert [one for one in code if one[0] not in LISTS_VALUES] == []


def test_a_page_has_no_two_labels_alike() -> None:
    for model in admin.site._registry:
        labels = [str(field.verbose_name) for field in model._meta.concrete_fields]
        alike = {label for label in labels if labels.count(label) > 1}
        assert alike == set(), model


def test_each_scope_of_a_key_says_what_the_key_may_do() -> None:
    meanings = scopes()
    assert meanings["numbers:restore"] == "Restore phone numbers from the trash"
    assert meanings["transactions:record"] == "Record a transaction"
    assert [one for one in meanings.values() if not one[0].isupper() or CODE.search(one) or "`" in one] == []

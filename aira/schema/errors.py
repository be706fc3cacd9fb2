"""Turn refusals of the database into sentences. Console and API share this mapping."""

import json
import re
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DatabaseError, InterfaceError, OperationalError, models
from psycopg.errors import Diagnostic

# The sentence and the HTTP status, by SQLSTATE or by its class (two characters).
BY_STATE = {
    "23502": ("{column} is missing. Give a value.", 400),
    "23503": ("It refers to a record that does not exist or belongs to another account. Choose another one.", 400),
    "23505": ("A record with these values already exists. Change one of them.", 409),
    "23514": ("A value breaks a rule of the database. Correct it and try again.", 400),
    "23P01": ("It overlaps with another record. Choose another time.", 409),
    "40001": ("Somebody else changed the same records at the same moment. Try again.", 409),
    "40P01": ("Somebody else changed the same records at the same moment. Try again.", 409),
    "42501": ("The database role of this site may not do this. Ask an engineer to check its grants.", 403),
    "55P03": ("Somebody else is changing this record. Try again in a moment.", 409),
    "25006": ("The database accepts no changes at the moment. Try again in a minute.", 503),
    "53": ("The database is short of memory, disk or connections. Try again in a minute.", 503),
    "57014": ("The database stopped this because it took too long. Try again, or ask for less.", 503),
    "22003": ("A number is too large. An amount is at most 99,999,999.99.", 400),
    "22": ("The value is not valid: {message}.", 400),
}
# The connection was refused, broken, or ended by the server. The statement was not at fault.
LOST = re.compile("08...|53300|57P0[1-5]")
# PostgreSQL's DETAIL begins with the columns of a violated key: (business_id, user_id)=(…, …).
KEY = re.compile(r"\(([^()]+)\)=\(")
# Fields of constraints over several columns, and of foreign keys: DETAIL is empty if the other table is not readable.
FIELDS = {
    "appointment_external_id_once": "external_id",
    "appointment_in_own_business": "business",
    "appointments_no_double_booking": "scheduled_at",
    "booking_rules_in_own_business": "business",
    "business_has_one_primary_number": "is_primary",
    "business_numbers_user_id_fkey": "user",
    "business_time_zone_is_iana": "timezone",
    "business_v2_user_id_fkey": "user",
    "document_in_own_business": "business",
    "failed_document_has_error": "processing_error",
    "hold_is_debit": "hold",
    "idempotency_key_reused": "idempotency_key",
    "number_in_own_business": "business",
    "refund_exceeds_amount": "amount",
    "transaction_amount_positive": "amount",
    "transaction_currency_known": "currency",
    "transaction_payment_intent_once": "stripe_payment_intent_id",
    "transactions_business_number_id_fkey": "business_number",
    "transactions_user_id_fkey": "user",
    "voice_url_is_voice_agent": "voice_url",
    "wallets_user_id_fkey": "user",
}
# Messages that name values, which the function that refuses sends as JSON in DETAIL.
WITH_VALUES = {
    "wallet_balance_not_negative": "The wallet has {available} {currency} available, but needs {required} {currency}.",
}
IN_OWN_BUSINESS = {
    "appointments": "appointment_in_own_business",
    "booking_rules": "booking_rules_in_own_business",
    "business_numbers": "number_in_own_business",
    "documents": "document_in_own_business",
}
# Constraints that PostgreSQL reports without a hint. A message of our own functions has a hint and names the values.
CONSTRAINTS = {
    "appointment_in_own_business": "This business does not exist or belongs to another account. Choose another one.",
    "booking_rules_in_own_business": "This business does not exist or belongs to another account. Choose another one.",
    "business_numbers_user_id_fkey": "This account does not exist. Choose another one.",
    "business_v2_user_id_fkey": "This account does not exist. Choose another one.",
    "business_numbers_phone_number_key": "This phone number is already in use. Give another one.",
    "business_numbers_twilio_sid_key": "This Twilio SID is already in use. Give another one.",
    "document_in_own_business": "This business does not exist or belongs to another account. Choose another one.",
    "number_in_own_business": "This business does not exist or belongs to another account. Choose another one.",
    "transactions_business_number_id_fkey": "This phone number does not exist. Choose another one.",
    "transactions_user_id_fkey": "This account does not exist. Choose another one.",
    "wallets_user_id_fkey": "This account does not exist. Choose another one.",
    "wallets_user_id_key": "This account already has a wallet. Use that one.",
}


class Refused(Exception):
    """Refuse a request. The text says what happened and what to do next.

    Attributes:
        kind: A name by which programs distinguish refusals.
        status: The HTTP status.
        field: The field that is at fault, as the API calls it.
    """

    kind = "refused"
    status = 409
    field: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Describe why the database refused a statement.

    Attributes:
        constraint: The name of the rule, as in CONTRACT.md.
        detail: JSON with the values, for rules that provide it.
        field: The field of the model that is at fault, if it is one field.
        status: The HTTP status.
    """

    sqlstate: str
    constraint: str | None
    message: str
    hint: str | None
    detail: str | None
    field: str | None
    status: int

    def __str__(self) -> str:
        """Return message, hint and rule in one line."""
        parts = [self.message, self.hint, f"(rule: {self.constraint})" if self.constraint else None]
        return " ".join(part for part in parts if part)


def explain(error: DatabaseError) -> Refusal | None:
    """Return why the database refused the statement.

    Returns:
        None if the data were not at fault, for example after a lost connection or for a missing table.
    """
    diag: Diagnostic | None = getattr(error.__cause__, "diag", None)
    if diag is None or diag.sqlstate is None:
        return None
    state = diag.sqlstate
    sentence, status = BY_STATE.get(state) or BY_STATE.get(state[:2]) or ("", 0)
    if not status or is_lost(error):
        return None
    constraint, field = diag.constraint_name, field_of(diag)
    if state == "23502" and diag.column_name == "user_id" and diag.table_name in IN_OWN_BUSINESS:
        # A trigger takes the owner from the business. Without an owner the business does not exist.
        constraint, field = IN_OWN_BUSINESS[diag.table_name], "business"
    # Only this project's own messages have a hint. PostgreSQL's messages name tables and relations.
    primary = f"{(diag.message_primary or '').rstrip('.')}."
    detail = diag.message_detail if state == "23514" and (diag.message_detail or "").startswith("{") else None
    message = (
        with_values(constraint, detail)
        or constraint_messages().get(constraint or "")
        or (primary[0].upper() + primary[1:] if diag.message_hint and state[:2] == "23" else None)
    )
    return Refusal(
        sqlstate=state,
        constraint=constraint,
        message=message
        or sentence.format(column=(field or "A value").replace("_", " ").capitalize(), message=diag.message_primary),
        hint=diag.message_hint if state[:2] == "23" else None,
        detail=detail,
        field=field,
        status=status,
    )


def with_values(constraint: str | None, detail: str | None) -> str | None:
    """Return the message of a rule with the values of its DETAIL, or None if it has no such message."""
    message = WITH_VALUES.get(constraint or "")
    return message.format(**json.loads(detail)) if message and detail else None


def is_lost(error: BaseException | None) -> bool:
    """Return whether the connection was refused or broke, so that the statement itself was not judged."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    diag: Diagnostic | None = getattr(error.__cause__, "diag", None)
    state = diag.sqlstate if diag else None
    return state is None or bool(LOST.fullmatch(state))


def field_of(diag: Diagnostic) -> str | None:
    """Return the model's field that is at fault, or None if it is not exactly one."""
    if known := FIELDS.get(diag.constraint_name or "") or constraint_fields().get(diag.constraint_name or ""):
        return known
    column = diag.column_name
    if column is None and (key := KEY.search(diag.message_detail or "")):
        columns = [name.strip() for name in key[1].split(",")]
        # A key with several columns includes the owner, which is not at fault.
        others = [name for name in columns if name != "user_id"] or columns
        column = others[0] if len(others) == 1 else None
    return columns_of(diag.table_name).get(column, column) if column else None


@cache
def columns_of(table: str | None) -> dict[str, str]:
    """Return the fields of the model with that table, by column."""
    return {
        str(field.column): field.name
        for model in apps.get_models()
        if model._meta.db_table == table
        for field in model._meta.concrete_fields
    }


@cache
def constraint_fields() -> dict[str, str]:
    """Return the field of each constraint that a model declares over a single field."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, models.Q):
                names = {path.partition("__")[0] for path in constraint.condition.referenced_base_fields}
            elif isinstance(constraint, models.UniqueConstraint):
                names = set(constraint.fields)
            else:
                continue
            if len(names) == 1:
                found[constraint.name] = names.pop()
    return found


@cache
def constraint_messages() -> dict[str, str]:
    """Return the messages of constraints: those of the models, and CONSTRAINTS for those that SQL makes."""
    declared = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.BaseConstraint)
        and constraint.violation_error_message != constraint.default_violation_error_message
    }
    return declared | CONSTRAINTS

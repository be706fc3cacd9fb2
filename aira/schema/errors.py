"""Map refusals of the database to texts for people. Console and API share this mapping."""

import re
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DatabaseError, InterfaceError, OperationalError, models
from psycopg.errors import Diagnostic

# Text and HTTP status by SQLSTATE, or by its class of two characters.
BY_STATE = {
    "23502": ("{column} must not be empty.", 400),
    "23503": ("The referenced row does not exist, or belongs to another account.", 400),
    "23505": ("A row with these values exists already.", 409),
    "23514": ("The value breaks a rule of the database.", 400),
    "23P01": ("The time overlaps with another row's.", 409),
    "40001": ("Somebody else changed the same rows at the same time. Try again.", 409),
    "40P01": ("Somebody else changed the same rows at the same time. Try again.", 409),
    "42501": ("The database does not allow this to the role of this site.", 403),
    "55P03": ("Somebody else is changing this row. Try again in a moment.", 409),
    "25006": ("The database accepts no changes now. Try again in a minute.", 503),
    "53": ("The database is out of resources now. Try again in a minute.", 503),
    "57014": ("The query took too long and was stopped. Try again, or use narrower filters.", 503),
    "22003": ("A number is too large. An amount is at most 99,999,999.99.", 400),
    "22": ("The value is not valid: {message}.", 400),
}
# States of a lost connection: refused, broken or ended by the server. The statement is not the cause.
LOST = re.compile("08...|53300|57P0[1-5]")
# The columns of a violated key in PostgreSQL's DETAIL, such as (business_id, user_id)=(…, …).
KEY = re.compile(r"\(([^()]+)\)=\(")
# Fields of constraints over several columns, and of foreign keys, whose DETAIL is empty if the other table is
# unreadable.
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
IN_OWN_BUSINESS = {
    "appointments": "appointment_in_own_business",
    "booking_rules": "booking_rules_in_own_business",
    "business_numbers": "number_in_own_business",
    "documents": "document_in_own_business",
}
CONSTRAINTS = {
    "appointment_in_own_business": "The business does not exist, or belongs to another account.",
    "booking_rules_in_own_business": "The business does not exist, or belongs to another account.",
    "business_numbers_user_id_fkey": "The account does not exist.",
    "business_v2_user_id_fkey": "The account does not exist.",
    "business_numbers_phone_number_key": "This phone number is in use already.",
    "business_numbers_twilio_sid_key": "This Twilio sid is in use already.",
    "document_in_own_business": "The business does not exist, or belongs to another account.",
    "document_path_in_business": "The file path must begin with the id of the business and “/”.",
    "hold_is_debit": "Only a debit can hold money.",
    "number_in_own_business": "The business does not exist, or belongs to another account.",
    "refund_exceeds_amount": "The refunds exceed the amount of the transaction.",
    "id_stays": "The id of a row can't be changed.",
    "transaction_amount_positive": "The amount must be a number greater than 0 and at most 99,999,999.99.",
    "transactions_business_number_id_fkey": "The phone number does not exist.",
    "transactions_user_id_fkey": "The account does not exist.",
    "wallets_user_id_fkey": "The account does not exist.",
    "transaction_currency_known": "The currency must be USD or INR.",
    "wallet_currency_known": "The currency must be USD or INR.",
    "wallets_user_id_key": "The account has a wallet already.",
}


class Refused(Exception):
    """Raised if a request was refused.

    The text says why and what to do next.

    Attributes:
        kind: the type of the problem, for programs.
        status: the HTTP status.
        field: the field that it concerns, as the API calls it.
    """

    kind = "refused"
    status = 409
    field: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Refusal of a statement by the database.

    Attributes:
        constraint: the name of the rule, as in CONTRACT.md.
        field: the model's field that it concerns, if any.
        status: the HTTP status.
    """

    sqlstate: str
    constraint: str | None
    message: str
    hint: str | None
    detail: str | None
    field: str | None
    status: int

    def __str__(self) -> str:
        parts = [self.message, self.hint, f"(rule: {self.constraint})" if self.constraint else None]
        return " ".join(part for part in parts if part)


def explain(error: DatabaseError) -> Refusal | None:
    """Return the refusal, or None if the data are not the cause, for example for a lost connection."""
    diag: Diagnostic | None = getattr(error.__cause__, "diag", None)
    if diag is None or diag.sqlstate is None:
        return None
    state = diag.sqlstate
    sentence, status = BY_STATE.get(state) or BY_STATE.get(state[:2]) or ("", 0)
    if not status or is_lost(error):
        return None
    constraint, field = diag.constraint_name, field_of(diag)
    if state == "23502" and diag.column_name == "user_id" and diag.table_name in IN_OWN_BUSINESS:
        # A trigger takes the owner from the business, so the business does not exist. Report it like the foreign key.
        constraint, field = IN_OWN_BUSINESS[diag.table_name], "business"
    # Only this project's own messages have a hint. PostgreSQL's messages name tables and relations.
    primary = f"{(diag.message_primary or '').rstrip('.')}."
    message = constraint_messages().get(constraint or "") or (
        primary[0].upper() + primary[1:] if diag.message_hint and state[:2] == "23" else None
    )
    return Refusal(
        sqlstate=state,
        constraint=constraint,
        message=message
        or sentence.format(column=(field or "A value").replace("_", " ").capitalize(), message=diag.message_primary),
        hint=diag.message_hint if state[:2] == "23" else None,
        detail=diag.message_detail if state == "23514" and (diag.message_detail or "").startswith("{") else None,
        field=field,
        status=status,
    )


def is_lost(error: BaseException | None) -> bool:
    """Tell whether the connection was refused or broke, so that the outcome of the statement is unknown."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    diag: Diagnostic | None = getattr(error.__cause__, "diag", None)
    state = diag.sqlstate if diag else None
    return state is None or bool(LOST.fullmatch(state))


def field_of(diag: Diagnostic) -> str | None:
    """Return the model's field that a refusal concerns, or None if it concerns none or several."""
    if known := FIELDS.get(diag.constraint_name or "") or constraint_fields().get(diag.constraint_name or ""):
        return known
    column = diag.column_name
    if column is None and (key := KEY.search(diag.message_detail or "")):
        columns = [name.strip() for name in key[1].split(",")]
        # If the key has several columns, the owner only accompanies the others.
        others = [name for name in columns if name != "user_id"] or columns
        column = others[0] if len(others) == 1 else None
    return columns_of(diag.table_name).get(column, column) if column else None


@cache
def columns_of(table: str | None) -> dict[str, str]:
    """Return the fields of the table's model by column."""
    return {
        str(field.column): field.name
        for model in apps.get_models()
        if model._meta.db_table == table
        for field in model._meta.concrete_fields
    }


@cache
def constraint_fields() -> dict[str, str]:
    """Return the field by constraint, for constraints over a single field."""
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
    """Return the messages of constraints: those of the models, and CONSTRAINTS for those made in SQL."""
    declared = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.BaseConstraint)
        and constraint.violation_error_message != constraint.default_violation_error_message
    }
    return declared | CONSTRAINTS

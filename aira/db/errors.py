"""The one mapping from what the database refuses to what a person reads; console and API share it."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DatabaseError, models
from psycopg.errors import Diagnostic

# By SQLSTATE, or by its class (two characters): what to say, and the HTTP status.
BY_STATE = {
    "23502": ("{column} must not be empty.", 400),
    "23503": ("What it refers to does not exist, or belongs to another account.", 400),
    "23505": ("There is one like this already.", 409),
    "23514": ("The value breaks a rule.", 400),
    "23P01": ("It overlaps with another one.", 409),
    "40001": ("Somebody else changed the same rows at the same moment. Try again.", 409),
    "40P01": ("Somebody else changed the same rows at the same moment. Try again.", 409),
    "42501": ("The database does not allow this to the role that this site runs as.", 403),
    "55P03": ("Somebody else is changing this row. Try again in a moment.", 409),
    "57014": ("It took too long and was stopped. Try again, or ask for less.", 503),
    "22003": ("A number is too large. An amount is at most 99,999,999.99.", 400),
    "22": ("The value is not valid: {message}.", 400),
}
CONSTRAINTS = {
    "appointment_in_own_business": "The business does not exist, or belongs to another account.",
    "booking_rules_in_own_business": "The business does not exist, or belongs to another account.",
    "business_numbers_phone_number_key": "This phone number is in use already.",
    "business_numbers_twilio_sid_key": "This Twilio sid is in use already.",
    "document_in_own_business": "The business does not exist, or belongs to another account.",
    "document_path_in_business": "The file's path must begin with its business's id and “/”.",
    "hold_is_debit": "Only a debit can hold money.",
    "number_in_own_business": "The business does not exist, or belongs to another account.",
    "refund_exceeds_amount": "Refunds add up to more than the amount.",
    "id_stays": "The id of a row can't be changed.",
    "transaction_amount_positive": "The amount must be a number greater than 0 and at most 99,999,999.99.",
    "transaction_currency_known": "The currency must be USD or INR.",
    "wallet_currency_known": "The currency must be USD or INR.",
    "wallets_user_id_key": "The account has a wallet already.",
}


class Refused(Exception):
    """Something was asked for and not done; the text says why, and what to do next.

    kind: for a program to tell it from others; status: for HTTP.
    """

    kind = "refused"
    status = 409


@dataclass(frozen=True)
class Refusal:
    """Why the database refused a statement.

    constraint: the rule's name, as in CONTRACT.md; field: the column it is about, if it is about one; status: for HTTP.
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
    """None when it was not the data's fault: a lost connection, a missing table."""
    diag: Diagnostic | None = getattr(error.__cause__, "diag", None)
    if diag is None or diag.sqlstate is None:
        return None
    state = diag.sqlstate
    sentence, status = BY_STATE.get(state) or BY_STATE.get(state[:2]) or ("", 0)
    if not status:
        return None
    # A hint is ours: it comes with a sentence of our own. PostgreSQL's messages name tables and relations.
    primary = f"{(diag.message_primary or '').rstrip('.')}."
    message = constraint_messages().get(diag.constraint_name or "") or (
        primary[0].upper() + primary[1:] if diag.message_hint and state[:2] == "23" else None
    )
    return Refusal(
        sqlstate=state,
        constraint=diag.constraint_name,
        message=message
        or sentence.format(
            column=(diag.column_name or "A value").replace("_", " ").capitalize(), message=diag.message_primary
        ),
        hint=diag.message_hint if state[:2] == "23" else None,
        detail=diag.message_detail if state == "23514" and (diag.message_detail or "").startswith("{") else None,
        # A CHECK names no column: PostgreSQL says only which rule it was.
        field=diag.column_name or constraint_columns().get(diag.constraint_name or ""),
        status=status,
    )


@cache
def constraint_columns() -> dict[str, str]:
    """Rule → the one column that it is about, of CHECKs that are about one."""
    found = {}
    for model in apps.get_models():
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, models.Q):
                fields = {name.partition("__")[0] for name in constraint.condition.referenced_base_fields}
                if len(fields) == 1:
                    found[constraint.name] = str(columns[fields.pop()])
    return found


@cache
def constraint_messages() -> dict[str, str]:
    """What the models say of their constraints, and CONSTRAINTS for those that SQL makes."""
    declared = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.BaseConstraint)
        and constraint.violation_error_message != constraint.default_violation_error_message
    }
    return declared | CONSTRAINTS

"""What staff do with one transaction or one wallet, by buttons."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from aira.adminkit.money_format import money
from aira.adminkit.transitions import Transition, TransitionForm, TransitionReasonForm
from aira.schema.models import Account
from billing import actions, approvals
from billing.approval_limits import second_person_above
from billing.models import ApprovalRequest, Currency, Transaction, TransactionStatus, TransactionType, Wallet
from billing.permissions import MAY_REFUND

CHANGE = "billing.change_transaction"


class CaptureForm(TransitionForm):
    """Of a hold, less than was reserved may be taken."""

    amount = forms.DecimalField(widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        if row.hold:
            self.fields["amount"].initial = row.amount
            self.fields["amount"].help_text = f"At most {money(row.amount, row.currency)}; the rest is released."
        else:
            del self.fields["amount"]


class GiveBackForm(TransitionReasonForm):
    """key: pressed twice, it gives back once."""

    field_order: tuple[str, ...] = ("amount", "reason")
    amount = forms.DecimalField(widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["amount"].initial = left(row)
        self.fields["amount"].help_text = f"At most {money(left(row), row.currency)}, or part of it."
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


class DisputeForm(GiveBackForm):
    """dispute: with the provider's id, its later reports of the same dispute are not taken for a second one."""

    field_order = ("amount", "dispute", "reason")
    dispute = forms.RegexField(
        r"^d[pu]_\w+$",
        max_length=255, required=False, label="Dispute's id at Stripe", widget=UnfoldAdminTextInputWidget,
        help_text="Such as du_1MtJUT2eZvKYlo2CNaw2HvEv. Stripe's later reports then belong to this dispute.",
        error_messages={"invalid": "Write the id as Stripe shows it: dp_… or du_…, or leave it empty."},
    )  # fmt: skip


class TopUpForm(TransitionReasonForm):
    field_order = ("amount", "currency", "reason")
    amount = forms.DecimalField(
        widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    currency = forms.ChoiceField(choices=Currency, widget=UnfoldAdminSelectWidget)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Wallet, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["currency"].initial = row.currency
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


class AdjustForm(TransitionReasonForm):
    field_order = ("kind", "amount", "reason")
    kind = forms.ChoiceField(
        label="Direction", choices=[("credit", "Add to the wallet"), ("debit", "Take from the wallet")],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    amount = forms.DecimalField(
        widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


def left(row: Transaction) -> Decimal:
    """What can still be given back; what a dispute left owed counts as given back."""
    return row.amount - row.refunded_amount - actions.owed(transaction_id=row.pk)


def amount(row: Transaction) -> str:
    return money(row.amount, row.currency)


def balance(row: Transaction) -> str:
    wallet = Wallet.objects.filter(user_id=row.user_id).first()
    return money(getattr(wallet, f"balance_{row.currency.lower()}", Decimal(0)), row.currency)


def what_complete(row: Transaction) -> str:
    way = "Adds {} to" if row.type == TransactionType.CREDIT else "Takes {} from"
    return (
        f"{way.format(amount(row))} the wallet of {row.user}, which holds {balance(row)} now. "
        "A completed one stays as it is."
    )


def complete(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    actions.complete(transaction_id=row.pk, amount=data.get("amount"))
    return f"Completed; the wallet holds {balance(row)}."


def what_fail(row: Transaction) -> str:
    return (
        f"Gives the {row.type} of {amount(row)} up{', and releases what it holds' if row.hold else ''}. No money moves."
    )


def fail(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    actions.move(transactions=Transaction.objects.filter(pk=row.pk), status=TransactionStatus.FAILED)
    return f"The {row.type} of {amount(row)} is given up."


def limit(currency: str) -> str:
    return f"Above {money(second_person_above(currency), currency)} a second person has to approve."


def what_refund(row: Transaction) -> str:
    way = "to the wallet" if row.type == TransactionType.DEBIT else "out of the wallet"
    return (
        f"Gives back {money(left(row), row.currency)} of {amount(row)}, or part of it, {way} of {row.user}, which "
        f"holds {balance(row)} now. {limit(row.currency)}"
    )


def refund(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    asked = approvals.refund(transaction_id=row.pk, amount=data["amount"], reason=data["reason"], key=data["key"])
    return outcome(asked) or f"Refunded {money(data['amount'], row.currency)}; the wallet holds {balance(row)}."


def what_dispute(row: Transaction) -> str:
    return (
        f"The customer's bank takes up to {money(left(row), row.currency)} back. The wallet of {row.user} holds "
        f"{balance(row)}: what it lacks is owed, and the wallet is stopped."
    )


def dispute(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    key = data["dispute"] or data["key"]
    actions.dispute(transaction_id=row.pk, amount=data["amount"], reason=data["reason"], key=key)
    return f"Disputed; the wallet holds {balance(row)}."


def what_top_up(wallet: Wallet) -> str:
    return (
        f"Adds money to the wallet of {wallet.user} by hand, without a payment: {money(wallet.balance_usd, 'USD')} and "
        f"{money(wallet.balance_inr, 'INR')} now. {limit('USD')} {limit('INR')}"
    )


def top_up(request: HttpRequest, wallet: Wallet, data: dict[str, Any]) -> str:
    asked = approvals.adjust(user=wallet.user_id, kind=TransactionType.CREDIT, **data)
    return outcome(asked) or f"Added {money(data['amount'], data['currency'])}."


def what_take(wallet: Wallet) -> str:
    return (
        f"Takes money from the wallet of {wallet.user} by hand, without a charge: {money(wallet.balance_usd, 'USD')} "
        f"and {money(wallet.balance_inr, 'INR')} now. {limit('USD')} {limit('INR')}"
    )


def take(request: HttpRequest, wallet: Wallet, data: dict[str, Any]) -> str:
    asked = approvals.adjust(user=wallet.user_id, kind=TransactionType.DEBIT, **data)
    return outcome(asked) or f"Took {money(data['amount'], data['currency'])}."


def what_adjust(row: Transaction) -> str:
    return (
        f"The {row.type} of {amount(row)} is posted and stays as it is. An adjustment corrects it by another posting "
        f"in the wallet of {row.user}, which holds {balance(row)} now. {limit(row.currency)}"
    )


def adjust(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    asked = approvals.adjust(user=row.user_id, currency=row.currency, corrects=row.pk, **data)
    return outcome(asked) or f"Adjusted; the wallet holds {balance(row)}."


def outcome(asked: ApprovalRequest | None) -> str:
    return "Nothing has moved yet: a second person has to approve it, under Approvals." if asked else ""


def approve(request: HttpRequest, row: ApprovalRequest, data: dict[str, Any]) -> str:
    approvals.approve(request=row.pk)
    return f"Approved and done: {row}."


def decline(request: HttpRequest, row: ApprovalRequest, data: dict[str, Any]) -> str:
    approvals.decline(request=row.pk)
    return f"Declined: {row}. Nothing has moved."


def what_approve(row: ApprovalRequest) -> str:
    what = f"{row.get_kind_display().lower()} of {money(row.amount, row.currency)}"
    whose = Account.objects.filter(pk=row.user_id).first() or f"account {row.user_id}, which is gone"
    return f"{row.requested_by_name} asks for a {what} for {whose}: {row.reason}"


def is_open(row: ApprovalRequest) -> bool:
    return row.decided_at is None


TRANSACTION = (
    Transition(
        name="complete", label="Complete", permission=CHANGE, what=what_complete, do=complete, form=CaptureForm,
        offered=lambda row: row.status in ("pending", "failed"),
        # Credits first, whatever was ticked first: they may pay for the debits.
        bulk=Q(status__in=["pending", "failed"]), bulk_order=("type", "created_at"),
    ),
    Transition(
        name="fail", label="Fail", permission=CHANGE, what=what_fail, do=fail, danger=True,
        offered=lambda row: row.status == "pending", bulk=Q(status="pending"),
    ),
    Transition(
        name="refund", label="Refund", permission=MAY_REFUND, what=what_refund, do=refund,
        form=GiveBackForm, danger=True, offered=lambda row: row.status == "completed",
    ),
    Transition(
        name="dispute", label="Dispute", permission=MAY_REFUND, what=what_dispute, do=dispute, form=DisputeForm,
        danger=True,
        offered=lambda row: row.status == "completed" and row.type == "credit" and bool(row.stripe_payment_intent_id),
    ),
    Transition(
        name="adjust", label="Adjust", permission="billing.add_transaction", what=what_adjust, do=adjust,
        form=AdjustForm, offered=lambda row: row.status in ("completed", "refunded"),
    ),
)  # fmt: skip
WALLET = (
    Transition(
        name="top-up", label="Top up", permission="billing.add_transaction", what=what_top_up, do=top_up, form=TopUpForm
    ),
    Transition(
        name="take",
        label="Take",
        permission="billing.add_transaction",
        what=what_take,
        do=take,
        form=TopUpForm,
        danger=True,
    ),
)
DECIDE = "billing.decide_approvalrequest"
APPROVAL = (
    Transition(name="approve", label="Approve", permission=DECIDE, what=what_approve, do=approve, offered=is_open),
    Transition(
        name="decline", label="Decline", permission=DECIDE, what=what_approve, do=decline, offered=is_open, danger=True
    ),
)

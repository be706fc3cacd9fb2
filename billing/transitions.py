"""Buttons of the console for transactions, wallets and approval requests."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from aira.adminkit.forms import AmountField
from aira.adminkit.money_format import money
from aira.adminkit.transitions import Transition, TransitionForm, TransitionReasonForm
from aira.schema.models import Account
from billing import actions, approvals
from billing.approval_limits import second_person_above
from billing.models import ApprovalRequest, Currency, Transaction, TransactionStatus, TransactionType, Wallet
from billing.permissions import MAY_REFUND

CHANGE = "billing.change_transaction"


class CaptureForm(TransitionForm):
    """Ask for the amount to complete. A hold may be captured in part."""

    amount = AmountField(widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        if row.hold:
            self.fields["amount"].initial = row.amount
            self.fields["amount"].help_text = f"At most {money(row.amount, row.currency)}. The rest is released."
        else:
            del self.fields["amount"]


class RefundForm(TransitionReasonForm):
    """Ask for an amount and a reason. A hidden key makes a form that is submitted twice take effect once."""

    field_order: tuple[str, ...] = ("amount", "reason")
    amount = AmountField(widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["amount"].initial = left(row)
        self.fields["amount"].help_text = f"At most {money(left(row), row.currency)}."
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


class DisputeForm(RefundForm):
    """Ask for the provider's id of the dispute, so that its later reports belong to the same dispute."""

    field_order = ("amount", "dispute", "reason")
    dispute = forms.RegexField(
        r"^d[pu]_\w+$",
        max_length=255, required=False, label="Stripe's id of the dispute", widget=UnfoldAdminTextInputWidget,
        help_text="For example du_1MtJUT2eZvKYlo2CNaw2HvEv. By this id, Stripe's later reports are recognised.",
        error_messages={"invalid": "This is not a Stripe id of a dispute. Write dp_… or du_…, or leave it empty."},
    )  # fmt: skip


class TopUpForm(TransitionReasonForm):
    """Ask for an amount, a currency and a reason."""

    field_order = ("amount", "currency", "reason")
    amount = AmountField(
        widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    currency = forms.ChoiceField(choices=Currency, widget=UnfoldAdminSelectWidget)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Wallet, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["currency"].initial = row.currency
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


class AdjustForm(TransitionReasonForm):
    """Ask for a direction, an amount and a reason."""

    field_order = ("kind", "amount", "reason")
    kind = forms.ChoiceField(
        label="Direction", choices=[("credit", "Add to the wallet"), ("debit", "Take from the wallet")],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    amount = AmountField(
        widget=UnfoldAdminDecimalFieldWidget, max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, row: Transaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["key"].initial = f"console:{uuid.uuid4()}"


def left(row: Transaction) -> Decimal:
    """Return the amount that can still be refunded. A debt after a dispute counts as refunded."""
    return row.amount - row.refunded_amount - actions.owed(transaction_id=row.pk)


def amount(row: Transaction) -> str:
    """Return the amount of a transaction with its currency."""
    return money(row.amount, row.currency)


def balance(row: Transaction) -> str:
    """Return the balance of the transaction's wallet, in its currency."""
    wallet = Wallet.objects.filter(user_id=row.user_id).first()
    return money(getattr(wallet, f"balance_{row.currency.lower()}", Decimal(0)), row.currency)


def describe_complete(row: Transaction) -> str:
    """Describe what completing a transaction does."""
    way = "Adds {} to" if row.type == TransactionType.CREDIT else "Takes {} from"
    return (
        f"{way.format(amount(row))} the wallet of {row.user}. Its balance is {balance(row)} now. "
        "A completed transaction can't change."
    )


def complete(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    """Complete a transaction, and return a message."""
    actions.complete(transaction_id=row.pk, amount=data.get("amount"))
    return f"Completed. The balance is {balance(row)}."


def describe_fail(row: Transaction) -> str:
    """Describe what failing a transaction does."""
    return (
        f"Sets the {row.type} of {amount(row)} to failed{' and releases the hold' if row.hold else ''}. No money moves."
    )


def fail(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    """Set a transaction to failed, and return a message."""
    actions.move(transactions=Transaction.objects.filter(pk=row.pk), status=TransactionStatus.FAILED)
    return f"Set the {row.type} of {amount(row)} to failed."


def limit(currency: str) -> str:
    """Return the sentence about the second person."""
    return f"If the amount is above {money(second_person_above(currency), currency)}, a second person must approve it."


def describe_refund(row: Transaction) -> str:
    """Describe what refunding a transaction does."""
    debit = row.type == TransactionType.DEBIT
    way = f"to the wallet of {row.user}" if debit else f"from the wallet of {row.user} to the payer"
    return (
        f"Refund up to {money(left(row), row.currency)} {way}. The balance of the wallet is {balance(row)} now. "
        f"{limit(row.currency)}"
    )


def refund(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    """Refund a transaction or request approval, and return a message."""
    asked = approvals.refund(transaction_id=row.pk, amount=data["amount"], reason=data["reason"], key=data["key"])
    return outcome(asked) or f"Refunded {money(data['amount'], row.currency)}. The balance is {balance(row)}."


def describe_dispute(row: Transaction) -> str:
    """Describe what recording a dispute does."""
    return (
        f"The customer's bank takes back up to {money(left(row), row.currency)}. The balance of {row.user} is "
        f"{balance(row)} now. If the wallet has less, the account owes the rest and the wallet is stopped."
    )


def dispute(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    """Record a dispute, and return a message."""
    key = data["dispute"] or data["key"]
    actions.dispute(transaction_id=row.pk, amount=data["amount"], reason=data["reason"], key=key)
    return f"The dispute was recorded. The balance is {balance(row)}."


def balances(wallet: Wallet) -> str:
    """Return the sentences about a wallet's balances and the second person."""
    limits = " or ".join(money(second_person_above(currency), currency) for currency in ("USD", "INR"))
    return (
        f"Its balances are {money(wallet.balance_usd, 'USD')} and {money(wallet.balance_inr, 'INR')} now. "
        f"If the amount is above {limits}, a second person must approve it."
    )


def describe_top_up(wallet: Wallet) -> str:
    """Describe what topping up a wallet does."""
    return f"Adds money to the wallet of {wallet.user} by hand, without a payment. {balances(wallet)}"


def top_up(request: HttpRequest, wallet: Wallet, data: dict[str, Any]) -> str:
    """Top up a wallet or request approval, and return a message."""
    asked = approvals.adjust(user=wallet.user_id, kind=TransactionType.CREDIT, **data)
    return outcome(asked) or f"Added {money(data['amount'], data['currency'])} to the wallet."


def describe_take(wallet: Wallet) -> str:
    """Describe what taking money from a wallet does."""
    return f"Takes money from the wallet of {wallet.user} by hand, without a charge. {balances(wallet)}"


def take(request: HttpRequest, wallet: Wallet, data: dict[str, Any]) -> str:
    """Take money from a wallet or request approval, and return a message."""
    asked = approvals.adjust(user=wallet.user_id, kind=TransactionType.DEBIT, **data)
    return outcome(asked) or f"Took {money(data['amount'], data['currency'])} from the wallet."


def describe_adjust(row: Transaction) -> str:
    """Describe what an adjustment does."""
    return (
        f"The {row.type} of {amount(row)} is completed and can't change. An adjustment corrects it: it adds money to "
        f"the wallet of {row.user} or takes money from it. The balance is {balance(row)} now. {limit(row.currency)}"
    )


def adjust(request: HttpRequest, row: Transaction, data: dict[str, Any]) -> str:
    """Record an adjustment or request approval, and return a message."""
    asked = approvals.adjust(user=row.user_id, currency=row.currency, corrects=row.pk, **data)
    return outcome(asked) or f"Adjusted. The balance is {balance(row)}."


def outcome(asked: ApprovalRequest | None) -> str:
    """Return the message about an approval request, or an empty text if none was created."""
    return "No money has moved yet. A second person must approve the request under Approvals." if asked else ""


def approve(request: HttpRequest, row: ApprovalRequest, data: dict[str, Any]) -> str:
    """Approve a request, and return a message."""
    approvals.approve(request=row.pk)
    return f"Approved and carried out: {row}."


def decline(request: HttpRequest, row: ApprovalRequest, data: dict[str, Any]) -> str:
    """Decline a request, and return a message."""
    approvals.decline(request=row.pk)
    return f"Declined: {row}. No money has moved."


def describe_approve(row: ApprovalRequest) -> str:
    """Describe what the request asks for."""
    what = f"{row.get_kind_display().lower()} of {money(row.amount, row.currency)}"
    whose = Account.objects.filter(pk=row.user_id).first() or f"account {row.user_id}, which was deleted"
    return f"{row.requested_by_name} requests a {what} for {whose}. Reason: {row.reason}"


def is_open(row: ApprovalRequest) -> bool:
    """Return whether the request is not decided yet."""
    return row.decided_at is None


TRANSACTION = (
    Transition(
        name="complete", label="Complete", permission=CHANGE, what=describe_complete, do=complete, form=CaptureForm,
        offered=lambda row: row.status in ("pending", "failed"),
        # Credits come first, since they may pay for the debits.
        bulk=Q(status__in=["pending", "failed"]), bulk_order=("type", "created_at"),
    ),
    Transition(
        name="fail", label="Set to failed", permission=CHANGE, what=describe_fail, do=fail, danger=True,
        offered=lambda row: row.status == "pending", bulk=Q(status="pending"),
    ),
    Transition(
        name="refund", label="Refund", permission=MAY_REFUND, what=describe_refund, do=refund,
        form=RefundForm, danger=True, offered=lambda row: row.status == "completed",
    ),
    Transition(
        name="dispute", label="Record a dispute", permission=MAY_REFUND, what=describe_dispute, do=dispute,
        form=DisputeForm,
        danger=True,
        offered=lambda row: row.status == "completed" and row.type == "credit" and bool(row.stripe_payment_intent_id),
    ),
    Transition(
        name="adjust", label="Adjust", permission="billing.add_transaction", what=describe_adjust, do=adjust,
        form=AdjustForm, offered=lambda row: row.status in ("completed", "refunded"),
    ),
)  # fmt: skip
WALLET = (
    Transition(
        name="top-up", label="Top up", permission="billing.add_transaction", what=describe_top_up, do=top_up,
        form=TopUpForm,
    ),
    Transition(
        name="take", label="Take money", permission="billing.add_transaction", what=describe_take, do=take,
        form=TopUpForm, danger=True,
    ),
)  # fmt: skip
DECIDE = "billing.decide_approvalrequest"
APPROVAL = (
    Transition(name="approve", label="Approve", permission=DECIDE, what=describe_approve, do=approve, offered=is_open),
    Transition(
        name="decline",
        label="Decline",
        permission=DECIDE,
        what=describe_approve,
        do=decline,
        offered=is_open,
        danger=True,
    ),
)

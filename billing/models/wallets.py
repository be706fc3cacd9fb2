"""Store the balance of each account."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from aira.events.triggers import tells
from aira.schema.models import Account, Index, SharedModel
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from billing.models.amounts import Currency, Money


class Wallet(SharedModel):
    """The prepaid balance of an account. Only the posting trigger changes balances; no role may write them."""

    user = models.OneToOneField(
        Account,
        models.DB_CASCADE,
        related_name="wallet",
        db_constraint=False,
        verbose_name="owner",
        help_text="The account that owns the money. An account has one wallet.",
    )
    balance_usd = Money(
        db_default=0,
        editable=False,
        help_text="Balance in US dollars, including holds. Each change of it has a ledger entry.",
    )
    balance_inr = Money(
        db_default=0,
        editable=False,
        help_text="Balance in Indian rupees, including holds. Each change of it has a ledger entry.",
    )
    held_usd = Money(
        db_default=0, editable=False, help_text="US dollars that pending debits reserve. Set by the database."
    )
    held_inr = Money(
        db_default=0, editable=False, help_text="Indian rupees that pending debits reserve. Set by the database."
    )
    currency = models.TextField(
        choices=Currency, db_default="USD", help_text="Currency in which new charges are made: USD or INR."
    )
    # The newest entry of the wallet's chain. A posting reads only this, and a removed last entry is detected.
    ledger_seq = models.BigIntegerField(
        db_default=0,
        editable=False,
        verbose_name="number of the newest ledger entry",
        help_text="Number of the wallet's newest ledger entry. Set by the database.",
    )
    ledger_hash = models.BinaryField(
        null=True, editable=False, help_text="Hash of the wallet's newest ledger entry. Set by the database."
    )
    ledger_at = models.DateTimeField(
        null=True,
        editable=False,
        verbose_name="time of the newest ledger entry",
        help_text="Time of the wallet's newest ledger entry. Set by the database.",
    )
    is_active = models.BooleanField(
        db_default=True,
        verbose_name="active",
        help_text="A wallet that is not active is stopped: it takes credits, but no debits.",
    )
    stopped_by_provider = models.BooleanField(
        db_default=False,
        editable=False,
        verbose_name="stopped by the payment provider",
        help_text="Whether the database stopped the wallet, because the payment provider took back more than it had.",
    )

    class Meta(SharedModel.Meta):
        db_table = "wallets"
        ordering = ["-created_at", "id"]
        indexes = [
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_wallets_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="wallet_balance_not_negative",
                condition=Q(held_usd__gte=0, balance_usd__gte=F("held_usd"))
                & Q(held_inr__gte=0, balance_inr__gte=F("held_inr")),
                violation_error_message="The wallet has too little money available. Top it up, or give a lower amount.",
            ),
        ]
        triggers = [
            Trigger(
                name="check_wallet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("currency", "is_active"),
                calls="private.check_wallet()",
            ),
            # Changes of balances and holds are not audited: the ledger and the transactions record them.
            audited("ledger_seq", "ledger_hash", "ledger_at", updates_of=("user_id", "currency", "is_active")),
            Trigger(
                name="close_wallet",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                calls="private.close_wallet()",
            ),
            followed(),
            tells(
                "low",
                pgtrigger.UpdateOf("balance_usd", "balance_inr"),
                condition="new.balance_usd < 5 and old.balance_usd >= 5"
                " or new.balance_inr < 400 and old.balance_inr >= 400",
                calls="private.wallet_event('wallet.low')",
            ),
            tells(
                "stopped",
                pgtrigger.UpdateOf("is_active"),
                condition="old.is_active and not new.is_active",
                calls="private.wallet_event('wallet.stopped')",
            ),
        ]

    def __str__(self) -> str:
        return f"Wallet of {self.user}"

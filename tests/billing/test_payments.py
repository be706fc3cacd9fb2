"""Reports of a payment provider change the ledger: each report in SQL, in any order, as service_role."""

import itertools
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

PI = "pi_3PqLxy2eZvKYlo2C1aBcDeFg"


class Provider:
    """Reports of one payment intent."""

    def __init__(self, database: Database, payment: str = PI) -> None:
        self.database, self.payment = database, payment

    def report(self, call: str, *params: Any) -> tuple[Any, ...]:
        """Send a report. Return its outcome and problem."""
        with self.database.as_service("service_role") as sql:
            return sql(f"select outcome, problem from {call}", *params).fetchone()

    def paid(self, user: UUID | None, amount: Any = 25, state: str = "succeeded", currency: str = "USD") -> Any:
        return self.report("record_payment(%s, %s, %s, %s, %s)", self.payment, state, amount, currency, user)

    def refund(self, amount: Any, state: str = "succeeded", refund: str = "re_1", currency: str = "USD") -> Any:
        return self.report("record_refund(%s, %s, %s, %s, %s)", self.payment, refund, state, amount, currency)

    def total(self, amount: Any, charge: str = "ch_1") -> Any:
        return self.report("record_refunded_total(%s, %s, %s, 'USD')", self.payment, charge, amount)

    def dispute(self, amount: Any, state: str = "open", dispute: str = "dp_1", currency: str = "USD") -> Any:
        return self.report("record_dispute(%s, %s, %s, %s, %s)", self.payment, dispute, state, amount, currency)

    def row(self) -> dict[str, Any]:
        cursor = self.database.owner("select * from private.payments where id = %s", self.payment)
        return dict(zip([column.name for column in cursor.description or ()], cursor.fetchone(), strict=True))


@pytest.fixture
def provider(database: Database) -> Provider:
    return Provider(database)


@pytest.fixture
def payer(database: Database) -> UUID:
    return database.account("payer@example.com")


def wallet(database: Database, user: UUID) -> tuple[Decimal, bool]:
    """Return the balance and whether the wallet is active, after the ledger proof found nothing."""
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []
    query = "select balance_usd, is_active from public.wallets where user_id = %s"
    return database.owner(query, user).fetchone() or (Decimal(0), True)


def record(database: Database, *params: Any, more: str = "") -> UUID:
    with database.as_service("service_role") as sql:
        return sql(f"select id from record_transaction(%s, %s, %s, 'USD', 'completed'{more})", *params).fetchone()[0]


TABLE = {
    "a refund, then the payment": ([("refund", 10), ("paid", 25)], 15, True),
    "a dispute, then the payment": ([("dispute", 25), ("paid", 25)], 0, True),
    "payment, refund, dispute of all of it": ([("paid", 25), ("refund", 10), ("dispute", 25)], 0, False),
    "a dispute of more than the payment": ([("paid", 25), ("dispute", "26.10")], 0, True),
    "dispute 10, refund 10": ([("paid", 25), ("dispute", 10), ("total", 10)], 5, True),
    "dispute won": ([("paid", 25), ("dispute", 25), ("won", 25)], 25, True),
    "dispute won, then a refund": ([("paid", 25), ("dispute", 25), ("won", 25), ("refund", 10)], 15, True),
    "a refund that fails afterwards": ([("paid", 25), ("refund", 10), ("failed", 10)], 25, True),
    "a dispute that is only a warning": ([("paid", 25), ("warning", 25)], 25, True),
}


@pytest.mark.parametrize("case", TABLE)
def test_reports_end_in_one_balance_in_every_order(database: Database, case: str) -> None:
    reports, balance, active = TABLE[case]
    for order in itertools.permutations(reports):
        user, provider = database.account(f"{uuid4()}@example.com"), Provider(database, f"pi_{uuid4().hex}")
        for what, amount in (*order, order[0]):
            match what:
                case "paid":
                    provider.paid(user, amount)
                case "refund" | "total":
                    getattr(provider, what)(amount)
                case "failed":
                    provider.refund(amount, "failed")
                case _:
                    provider.dispute(amount, {"dispute": "open"}.get(what, what))
        assert wallet(database, user) == (balance, active), order


def test_refunds_above_the_payment_are_recorded_as_a_loss(database: Database, provider: Provider, payer: UUID) -> None:
    provider.paid(payer)
    assert provider.dispute("26.10") == ("settled", None)
    assert provider.row()["lost_amount"] == Decimal("1.10")
    query = "select refunded_amount, disputed_amount, status::text from public.transactions where user_id = %s"
    assert database.owner(query, payer).fetchone() == (25, 25, "refunded")
    provider.dispute("26.10", "won")
    assert provider.row()["lost_amount"] == 0
    assert database.owner(query, payer).fetchone() == (0, 0, "completed")


def test_refunds_and_disputes_are_separate_sums(database: Database, provider: Provider, payer: UUID) -> None:
    provider.paid(payer)
    provider.refund(5)
    provider.dispute(10)
    query = "select refunded_amount, disputed_amount from public.transactions where user_id = %s"
    assert database.owner(query, payer).fetchone() == (15, 10)


@pytest.mark.parametrize("end", ["won", "top-up"])
def test_a_wallet_stopped_by_a_dispute_is_active_again_when_nothing_is_owed(
    database: Database, provider: Provider, payer: UUID, end: str
) -> None:
    provider.paid(payer)
    record(database, payer, "debit", 20)
    provider.dispute(25)
    assert wallet(database, payer) == (0, False)
    owed = "select amount, status::text from public.transactions where description = 'Owed after a dispute'"
    assert database.owner(owed).fetchall() == [(20, "pending")]
    record(database, payer, "credit", 12)
    # The whole credit pays the debt.
    assert wallet(database, payer) == (0, False)
    assert database.owner(owed).fetchall() == [(8, "pending")]
    if end == "won":
        provider.dispute(25, "won")
        assert wallet(database, payer) == (17, True)
        assert database.owner(owed).fetchall() == [(8, "failed")]
    else:
        record(database, payer, "credit", 10)
        assert wallet(database, payer) == (2, True)
        assert database.owner(owed).fetchall() == [(8, "completed")]
        # The bank decides for AiRa months later, so the paid debt is returned, too.
        provider.dispute(25, "won")
        assert wallet(database, payer) == (27, True)


def test_a_wallet_that_staff_stopped_stays_stopped(database: Database, provider: Provider, payer: UUID) -> None:
    provider.paid(payer)
    record(database, payer, "debit", 20)
    database.owner("update public.wallets set is_active = false")
    provider.dispute(25)
    record(database, payer, "credit", 50)
    assert wallet(database, payer) == (30, False)
    provider.dispute(25, "won")
    assert wallet(database, payer) == (55, False)


def test_a_wallet_that_staff_started_again_is_not_stopped_by_a_repeated_report(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    provider.refund(10)
    provider.dispute(25)
    assert wallet(database, payer) == (0, False)
    database.owner("update public.wallets set is_active = true")
    provider.dispute(25)
    assert wallet(database, payer) == (0, True)


def test_a_dispute_leaves_held_money_and_takes_it_once_it_is_released(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    with database.as_service("service_role") as sql:
        hold = sql("select id from record_transaction(%s, 'debit', 20, 'USD', p_hold => true)", payer).fetchone()[0]
    provider.dispute(25)
    assert wallet(database, payer) == (20, False)
    with database.as_service("service_role") as sql:
        sql("update public.transactions set status = 'failed' where id = %s", hold)
    assert wallet(database, payer) == (0, True)


def test_a_report_without_its_payment_waits_until_the_service_records_it(
    database: Database, provider: Provider, payer: UUID
) -> None:
    assert provider.refund(10) == ("waiting", None)
    assert provider.row()["state"] == "waiting"
    record(database, payer, "credit", 25, PI, more=", p_stripe_payment_intent_id => %s")
    assert wallet(database, payer) == (15, True)
    assert provider.row()["state"] == "settled"


def test_a_report_waits_for_a_payment_that_is_pending_and_follows_its_completion(
    database: Database, provider: Provider, payer: UUID
) -> None:
    with database.as_service("service_role") as sql:
        sql("insert into public.transactions (user_id, type, amount, currency, stripe_payment_intent_id) values (%s, 'credit', 25, 'USD', %s)", payer, PI)  # fmt: skip
    assert provider.dispute(5) == ("waiting", None)
    # A partial capture: the provider received less than AiRa requested.
    assert provider.paid(None, 20) == ("settled", None)
    assert wallet(database, payer) == (15, True)


def test_each_of_many_payments_completed_in_one_statement_gets_its_reports(database: Database, payer: UUID) -> None:
    providers = [Provider(database, f"pi_{number}") for number in range(4)]
    for one in providers:
        one.refund(1, refund=f"re_{one.payment}")
    with database.as_service("service_role") as sql:
        sql(
            "insert into public.transactions (user_id, type, amount, currency, status, stripe_payment_intent_id)"
            " select %s, 'credit', 10, 'USD', 'completed', 'pi_' || n from generate_series(0, 3) n",
            payer,
        )
    assert wallet(database, payer) == (36, True)


def test_several_charges_of_one_payment_add_up(database: Database, provider: Provider, payer: UUID) -> None:
    provider.paid(payer)
    provider.total(4, "ch_1")
    provider.total(6, "ch_2")
    assert wallet(database, payer) == (15, True)
    # The refund objects explain the sums of the charges.
    provider.refund(4, refund="re_1")
    provider.refund(6, refund="re_2")
    assert wallet(database, payer) == (15, True)
    provider.refund(6, "failed", refund="re_2")
    assert wallet(database, payer) == (21, True)


def test_a_refund_that_staff_asked_for_is_the_one_that_the_provider_confirms(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    provider.refund(3, refund="re_before")
    with database.as_service("service_role") as sql:
        sql("select refund_transaction(id, 10) from public.transactions where user_id = %s", payer)
    assert wallet(database, payer) == (12, True)
    provider.refund(10, "pending")
    provider.refund(10)
    assert wallet(database, payer) == (12, True)
    provider.refund(10, "failed")
    assert wallet(database, payer) == (22, True)
    provider.refund(10, refund="re_again")
    assert wallet(database, payer) == (12, True)


def test_a_dispute_that_staff_recorded_is_the_one_that_the_provider_reports(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    with database.as_service("service_role") as sql:
        sql("select dispute_transaction(id, 10, 'called', 'dp_1') from public.transactions where user_id = %s", payer)
    provider.dispute(10)
    assert wallet(database, payer) == (15, True)
    provider.dispute(10, "won")
    assert wallet(database, payer) == (25, True)


@pytest.mark.parametrize("later", ["warning", "open", "lost"])
def test_an_outdated_report_does_not_change_a_later_state(
    database: Database, provider: Provider, payer: UUID, later: str
) -> None:
    provider.paid(payer)
    provider.dispute(10, "won")
    provider.dispute(10, later)
    provider.paid(payer, 25, "failed")
    assert wallet(database, payer) == (25, True)


NEEDS_ATTENTION = {
    "currency_unsupported": lambda provider, user: provider.paid(user, 25, currency="JPY"),
    "account_unknown": lambda provider, user: provider.paid(uuid4()),
    "amount_limit": lambda provider, user: provider.paid(user, "100000000"),
}


@pytest.mark.parametrize("problem", NEEDS_ATTENTION)
def test_a_payment_that_cannot_be_posted_needs_attention(
    database: Database, provider: Provider, payer: UUID, problem: str
) -> None:
    assert NEEDS_ATTENTION[problem](provider, payer) == ("attention", problem)
    # Further reports of it are stored, too.
    assert provider.dispute("100000000000000000000.01", currency="JPY") == ("attention", problem)
    assert wallet(database, payer) == (0, True)


def test_a_payment_of_another_account_or_amount_than_recorded_needs_attention(
    database: Database, provider: Provider, alices: Rows, payer: UUID
) -> None:
    provider.paid(payer, 25, "pending")
    record(database, alices.user, "credit", 25, PI, more=", p_stripe_payment_intent_id => %s")
    assert provider.paid(payer) == ("attention", "account_differs")
    assert wallet(database, alices.user) == (75, True)
    other = Provider(database, "pi_other")
    record(database, payer, "credit", 25, "pi_other", more=", p_stripe_payment_intent_id => %s")
    assert other.paid(payer, 24) == ("attention", "amount_differs")
    # Refunds are computed from the posted amount.
    other.refund(25)
    assert wallet(database, payer) == (0, True)


def test_a_full_wallet_takes_the_payment_once_there_is_room(
    database: Database, provider: Provider, payer: UUID
) -> None:
    record(database, payer, "credit", "99999990")
    assert provider.paid(payer) == ("attention", "wallet_balance_limit")
    record(database, payer, "debit", 1000)
    with database.as_console() as sql:
        assert sql("select private.retry_payment(%s)", PI).fetchone() == ("settled",)
    assert wallet(database, payer) == (Decimal("99999015"), True)


def test_a_won_dispute_waits_while_the_wallet_is_full(database: Database, provider: Provider, payer: UUID) -> None:
    provider.paid(payer)
    provider.dispute(25)
    record(database, payer, "credit", "99999990")
    assert provider.dispute(25, "won") == ("attention", "wallet_balance_limit")
    record(database, payer, "debit", 1000)
    with database.as_console() as sql:
        assert sql("select private.retry_payment(%s)", PI).fetchone() == ("settled",)
    assert wallet(database, payer) == (Decimal("99999015"), True)


def test_a_dispute_in_another_currency_counts_as_the_whole_payment(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    provider.dispute(100, currency="INR")
    assert wallet(database, payer) == (0, True)


def test_reports_wait_while_their_payment_is_pending_or_failed(
    database: Database, provider: Provider, payer: UUID
) -> None:
    assert provider.paid(payer, 25, "pending") == ("settled", None)
    assert provider.refund(25) == ("waiting", None)
    assert provider.paid(payer, 25, "failed") == ("waiting", None)
    assert provider.paid(payer) == ("settled", None)
    assert wallet(database, payer) == (0, True)


def test_a_failed_payment_of_an_unknown_account_needs_no_attention(provider: Provider) -> None:
    assert provider.paid(uuid4(), 25, "failed") == ("settled", None)


def test_a_payment_without_an_account_is_ignored(database: Database, provider: Provider) -> None:
    assert provider.paid(None) == ("ignored", None)
    assert provider.dispute(25) == ("ignored", None)


REFUSED = {
    "payment_fact_state_known": "record_refund('pi_1', 're_1', 'won', 1, 'USD')",
    "payment_fact_amount_finite": "record_refund('pi_1', 're_1', 'pending', 'NaN', 'USD')",
    "payment_fact_ids_given": "record_dispute('pi_1', '', 'open', 1, 'USD')",
    "payment_fact_currency_known": "record_payment('pi_1', 'pending', 1, 'dollars')",
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_malformed_report_is_refused_with_the_name_of_its_rule(database: Database, rule: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_service("service_role") as sql:
        sql(f"select {REFUSED[rule]}")
    assert refused.value.diag.constraint_name == rule


@pytest.mark.parametrize("amount", ["-1", "Infinity", "-Infinity", None])
def test_an_amount_that_no_provider_reports_is_refused(provider: Provider, amount: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        provider.dispute(amount)
    assert refused.value.diag.constraint_name == "payment_fact_amount_finite"


@pytest.mark.parametrize("role", ["anon", "authenticated", "voice_agent", "kb_updater"])
def test_other_roles_cannot_report_payments(database: Database, alices: Rows, role: str) -> None:
    calls = [*REFUSED.values(), "record_refunded_total('pi_1', 'ch_1', 1, 'USD')", "record_stripe_event('{}')"]
    for call in calls:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            database.request(role, {"sub": str(alices.user)}) as sql,
        ):
            sql(f"select {call}")


@pytest.mark.parametrize("role", ["service_role", "console"])
@pytest.mark.parametrize("column", ["refunded_amount", "disputed_amount"])
def test_services_can_not_lower_the_refunded_amount(
    database: Database, provider: Provider, payer: UUID, role: str, column: str
) -> None:
    provider.paid(payer)
    provider.dispute(10)
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_service(role) as sql:
        sql(f"update public.transactions set {column} = 5 where user_id = %s", payer)
    assert refused.value.diag.constraint_name == "transaction_is_posted"


@pytest.mark.parametrize("table", ["payments", "payment_facts"])
def test_no_service_can_write_facts_past_the_functions(database: Database, provider: Provider, table: str) -> None:
    provider.refund(1)
    for role in ("service_role", "console"):
        for verb in (f"delete from private.{table}", f"update private.{table} set created_at = now()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_service(role) as sql:
                sql(verb)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        database.owner("delete from private.payment_facts")
    assert refused.value.diag.constraint_name == "transaction_is_posted"


def test_the_ledger_proof_names_a_payment_that_differs_from_its_facts(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    provider.refund(10)
    database.owner("update private.payment_facts set amount = 12 where kind = 'refund'")
    found = database.owner("select problem, subject from private.ledger_problems()").fetchall()
    assert found == [("payment_differs", PI)]


def test_reports_of_a_deleted_account_need_attention_until_they_are_dismissed(
    database: Database, provider: Provider, payer: UUID
) -> None:
    provider.paid(payer)
    database.owner("delete from auth.users where id = %s", payer)
    assert provider.dispute(25) == ("attention", "account_unknown")
    with database.as_console() as sql:
        assert sql("select private.dismiss_payment(%s)", PI).fetchone() == (True,)
        assert sql("select private.dismiss_payment(%s)", PI).fetchone() == (False,)
    assert provider.row()["state"] == "ignored"

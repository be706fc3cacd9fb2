"""The figures about money agree with the ledger."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.analytics.test_analytics import refresh_view
from tests.database import Database

MONEY = ("topped_up", "paid_back", "spent", "refunded", "revenue", "carried", "change")
Sums = dict[str, Decimal]


def transaction(database: Database, user: UUID, kind: str, amount: Decimal, currency: str, status: str) -> UUID:
    return database.owner(
        "insert into public.transactions (user_id, type, amount, currency, status) values (%s, %s, %s, %s, %s) returning id",
        user, kind, amount, currency, status,
    ).fetchone()[0]  # fmt: skip


def found(database: Database) -> dict[tuple[UUID, date, str], Sums]:
    rows = database.owner(f"select user_id, day, currency, {', '.join(MONEY)} from analytics.daily_revenue")
    return {tuple(row[:3]): dict(zip(MONEY, row[3:], strict=True)) for row in rows}  # type: ignore[misc]


def test_top_ups_charges_and_refunds_add_up_in_the_figures(database: Database) -> None:
    dice = random.Random("money")
    sums: dict[tuple[UUID, str], Sums] = defaultdict(lambda: dict.fromkeys(MONEY, Decimal(0)))
    users = [database.account(f"{n}@example.com") for n in range(4)]
    begun = datetime.now(UTC).date()
    for _ in range(160):
        user, currency = dice.choice(users), dice.choice(("USD", "INR"))
        sum_ = sums[user, currency]
        kind = dice.choices(("credit", "debit"), (2, 3))[0]
        amount = Decimal(dice.randint(1, 20_000)) / 100
        if kind == "debit":
            amount = min(amount, sum_["change"])
        status = dice.choices(("pending", "completed", "failed"), (1, 6, 1))[0]
        if amount <= 0:
            continue
        row = transaction(database, user, kind, amount, currency, status)
        if status != "completed":
            continue
        sum_["topped_up" if kind == "credit" else "spent"] += amount
        sum_["change"] += amount if kind == "credit" else -amount
        if dice.random() < 0.3:
            back = (amount * dice.choice((1, 2, 4)) / 4).quantize(Decimal("0.01"))
            if kind == "credit":
                back = min(back, sum_["change"])
            if back > 0:
                database.owner("select public.refund_transaction(%s, %s)", row, back)
                sum_["paid_back" if kind == "credit" else "refunded"] += back
                sum_["change"] += -back if kind == "credit" else back
    for sum_ in sums.values():
        sum_["revenue"] = sum_["spent"] - sum_["refunded"]
    for name in MONEY:
        assert name == "carried" or any(sum_[name] for sum_ in sums.values())
    refresh_view(database, "daily_revenue")
    # The test may run over midnight.
    got: dict[tuple[UUID, str], Sums] = defaultdict(lambda: dict.fromkeys(MONEY, Decimal(0)))
    for (user, day, currency), row in found(database).items():
        assert begun <= day <= datetime.now(UTC).date()
        for name, value in row.items():
            got[user, currency][name] += value
    assert got == {key: sum_ for key, sum_ in sums.items() if sum_["topped_up"]}
    for user, usd, inr in database.owner("select user_id, balance_usd, balance_inr from public.wallets"):
        assert (got[user, "USD"]["change"], got[user, "INR"]["change"]) == (usd, inr)


def test_a_debt_after_a_dispute_that_is_paid_later_is_not_revenue(database: Database) -> None:
    user = database.account("alice@example.com")
    credit = transaction(database, user, "credit", Decimal(100), "USD", "completed")
    transaction(database, user, "debit", Decimal(80), "USD", "completed")
    database.owner("select public.dispute_transaction(%s, 100)", credit)
    transaction(database, user, "credit", Decimal(90), "USD", "completed")
    owed = "select status::text from public.transactions where description = 'Owed after a dispute' and user_id = %s"
    assert database.owner(owed, user).fetchall() == [("completed",)]
    refresh_view(database, "daily_revenue")
    [row] = found(database).values()
    assert row == {
        "topped_up": 190, "paid_back": 100, "spent": 80, "refunded": 0, "revenue": 80, "carried": 0, "change": 10,
    }  # fmt: skip


def test_figures_count_all_time_by_days_in_utc(database: Database) -> None:
    dice = random.Random("days")
    users = [database.account(f"{n}@example.com") for n in range(3)]
    kinds = {
        "opening": (1, "carried", 1),
        "post": (1, "topped_up", 1),
        "refund": (-1, "paid_back", -1),
        "close": (-1, "carried", 1),
    }
    sums: dict[tuple[UUID, date, str], Sums] = defaultdict(lambda: dict.fromkeys(MONEY, Decimal(0)))
    rows = []
    for n in range(400):
        kind = dice.choice(list(kinds))
        sign, column, way = kinds[kind]
        amount = sign * Decimal(dice.randint(1, 9999)) / 100
        # Near midnight, another time zone has another day.
        at = datetime(2026, 3, dice.randint(1, 31), dice.choice((0, 23)), dice.randint(0, 59), tzinfo=UTC)
        user, currency = dice.choice(users), dice.choice(("USD", "INR"))
        rows.append((user, n + 1, kind, currency, amount, at))
        sums[user, at.date(), currency][column] += way * amount
        sums[user, at.date(), currency]["change"] += amount
    with database.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.cursor().executemany(
            "insert into public.ledger_entries (user_id, wallet_id, seq, kind, currency, amount, balance_after, contra, hash, created_at)"
            " values (%s, gen_random_uuid(), %s, %s, %s, %s, 0, 'stripe', '', %s)",
            rows,
        )
    with database.connect("console") as connection:
        connection.execute("set timezone = 'Asia/Kolkata'")
        connection.execute("select private.refresh_analytics('daily_revenue')")
    assert found(database) == sums


def test_liabilities_are_the_wallets_balances(database: Database) -> None:
    dice = random.Random("wallets")
    for n in range(20):
        user = database.account(f"{n}@example.com")
        for currency in dice.sample(("USD", "INR"), dice.randint(0, 2)):
            transaction(database, user, "credit", Decimal(dice.randint(500, 9999)) / 100, currency, "completed")
            if dice.random() < 0.5:
                database.owner(
                    "insert into public.transactions (user_id, type, amount, currency, hold, metadata)"
                    " values (%s, 'debit', %s, %s, true, %s)",
                    user, Decimal(dice.randint(1, 499)) / 100, currency, Jsonb({}),
                )  # fmt: skip
        database.owner("update public.wallets set is_active = %s where user_id = %s", dice.random() < 0.7, user)
    refresh_view(database, "wallet_liabilities")
    query = "select currency, wallets, balance, held, inactive from analytics.wallet_liabilities"
    got = {currency: tuple(rest) for currency, *rest in database.owner(query)}
    for currency in ("USD", "INR"):
        name = currency.lower()
        wallets = database.owner(f"select balance_{name}, held_{name}, is_active from public.wallets").fetchall()
        assert got[currency] == (
            sum(balance > 0 for balance, _, _ in wallets),
            sum(balance for balance, _, _ in wallets),
            sum(held for _, held, _ in wallets),
            sum(balance for balance, _, active in wallets if not active),
        )
        assert got[currency][1] == database.owner(
            "select sum(amount) from public.ledger_entries where currency = %s", currency
        ).fetchone()[0]  # fmt: skip


def test_a_user_sees_their_own_spending_in_each_currency(database: Database) -> None:
    alice, bob = database.account("alice@example.com"), database.account("bob@example.com")
    for user, amount in ((alice, 30), (bob, 70)):
        transaction(database, user, "credit", Decimal(amount), "USD", "completed")
        transaction(database, user, "credit", Decimal(amount * 10), "INR", "completed")
        transaction(database, user, "debit", Decimal(amount) / 4, "USD", "completed")
    refresh_view(database, "daily_revenue")
    with database.as_user(alice) as sql:
        rows = sql("select currency, topped_up, spent, change from public.spending_by_day order by 1").fetchall()
    assert rows == [("INR", 300, 0, 300), ("USD", 30, Decimal("7.5"), Decimal("22.5"))]


def test_figures_of_a_deleted_account_stay_like_its_ledger(database: Database) -> None:
    user = database.account("alice@example.com")
    transaction(database, user, "credit", Decimal(10), "USD", "completed")
    transaction(database, user, "debit", Decimal(4), "USD", "completed")
    database.owner("delete from auth.users where id = %s", user)
    refresh_view(database, "daily_revenue")
    [row] = found(database).values()
    assert (row["spent"], row["carried"], row["change"]) == (4, -6, 0)
    refresh_view(database, "wallet_liabilities")
    assert database.owner("select sum(balance) from analytics.wallet_liabilities").fetchone()[0] is None

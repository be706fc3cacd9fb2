"""Monthly costs of phone numbers."""

import random
from collections import defaultdict
from decimal import Decimal

from tests.analytics.test_analytics import refresh_view
from tests.database import Database
from tests.tenant_rows import Rows


def test_costs_are_those_of_the_numbers_in_use(database: Database, alices: Rows, bobs: Rows) -> None:
    dice = random.Random("numbers")
    database.owner("delete from public.business_numbers")
    sums: dict[tuple[object, str, str], list[Decimal | int]] = defaultdict(lambda: [0, Decimal(0), 0])
    for n in range(120):
        user = dice.choice((alices.user, bobs.user))
        provider, kind = dice.choice(("twilio", "vonage")), dice.choice(("local", "toll_free", "mobile"))
        cost = dice.choice((None, Decimal(dice.randint(0, 2000)) / 100))
        active, trashed = dice.random() < 0.8, dice.random() < 0.2
        database.owner(
            "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type, provider,"
            " monthly_cost, is_active) values (%s, %s, 'x', 'DE', %s, %s, %s, %s)",
            user, f"+4930{n}", kind, provider, cost, active,
        )  # fmt: skip
        if trashed:
            database.owner("delete from public.business_numbers where phone_number = %s", f"+4930{n}")
        elif active:
            sum_ = sums[user, provider, kind]
            sum_[0] += 1
            sum_[1] += cost or 0
            sum_[2] += cost is None
    refresh_view(database, "number_costs")
    columns = "provider, number_type::text, numbers, monthly_cost, unknown"
    rows = database.owner(f"select user_id, {columns} from analytics.number_costs")
    assert {tuple(row[:3]): list(row[3:]) for row in rows} == sums
    for user in (alices.user, bobs.user):
        with database.as_user(user) as sql:
            own = {tuple(row[:2]): list(row[2:]) for row in sql(f"select {columns} from public.number_costs")}
        assert own == {key[1:]: sum_ for key, sum_ in sums.items() if key[0] == user}

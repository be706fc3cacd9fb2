import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

INSERT = (
    "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type, {column})"
    " values (%s, '+4930123', 'x', 'DE', 'local', {value}) returning voice_url"
)


@pytest.fixture
def voice_agent_known(database: Database) -> None:
    database.owner(
        "insert into private.service_endpoints (name, base_url) values ('voice_agent', 'https://Voice.aira.example/twilio')"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://app.aira.example/api/voice",
        "http://voice.aira.example/twilio",
        "https://voice.aira.example:8443/twilio",
        "https://voice.aira.example@evil.example/",
        "https://voice.aira.example.evil.example/",
        "https://evil.example\\@voice.aira.example/",
        "https://voice.aira.example\t.evil.example/",
        "https://voice.aira.example\n.evil.example/",
        "https://voice.aira.example/\t/x",
        "\x01https://voice.aira.example/",
        "voice.aira.example/twilio",
        "",
    ],
)
def test_a_voice_url_elsewhere_is_refused(database: Database, alices: Rows, voice_agent_known: None, url: str) -> None:
    for query in (
        INSERT.format(column="voice_url", value="%s"),
        "update public.business_numbers set voice_url = %s",
    ):
        params = [alices.user, url] if "insert" in query else [url]
        with (
            pytest.raises(psycopg.errors.CheckViolation) as refused,
            database.as_service("service_role") as sql,
        ):
            sql(query, *params)
        assert refused.value.diag.constraint_name == "voice_url_is_voice_agent"
        assert "https://voice.aira.example" in refused.value.diag.message_hint


@pytest.mark.parametrize(
    "url",
    [
        "https://voice.aira.example/other?x=1",
        "https://VOICE.aira.example:443/twilio",
        "https://voice.aira.example",
    ],
)
def test_a_voice_url_of_the_voice_agent_is_kept(
    database: Database, alices: Rows, voice_agent_known: None, url: str
) -> None:
    with database.as_service("service_role") as sql:
        assert sql(INSERT.format(column="voice_url", value="%s"), alices.user, url).fetchone() == (url,)


def test_a_missing_voice_url_is_filled_in(database: Database, alices: Rows, voice_agent_known: None) -> None:
    with database.as_service("service_role") as sql:
        filled = sql(INSERT.format(column="notes", value="null"), alices.user).fetchone()
    assert filled == ("https://Voice.aira.example/twilio",)


def test_any_https_url_is_accepted_while_the_voice_agent_is_unknown(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        assert sql("update public.business_numbers set voice_url = 'https://anywhere.example/x'").rowcount == 1
    with database.as_service("service_role") as sql:
        assert sql("update public.business_numbers set voice_url = null returning voice_url").fetchone() == (None,)
    with pytest.raises(psycopg.errors.CheckViolation), database.as_service("service_role") as sql:
        sql("update public.business_numbers set voice_url = 'http://anywhere.example/x'")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("monthly_cost", "-1", "number_cost_not_negative"),
        ("monthly_cost", "'NaN'", "number_cost_not_negative"),
        ("features", "'{}'", "number_features_is_list"),
        ("capabilities", '\'{"voice": "yes"}\'', "number_capabilities_known"),
        ("capabilities", "'{\"video\": true}'", "number_capabilities_known"),
        ("capabilities", "'[]'", "number_capabilities_known"),
    ],
)
def test_a_bad_value_is_refused_by_name(database: Database, alices: Rows, column: str, value: str, rule: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_service("service_role") as sql:
        sql(INSERT.format(column=column, value=value), alices.user)
    assert refused.value.diag.constraint_name == rule


@pytest.mark.parametrize(
    "phone", ["4155550123", "+0155550123", "+1 415 555 0123", "+1415555012345678", "+1x", "+14155550123\n"]
)
def test_a_phone_that_is_not_e164_is_refused(database: Database, alices: Rows, phone: str) -> None:
    for query, rule in (
        ("update public.business_numbers set phone_number = %s", "number_is_e164"),
        ("update public.business_v2 set phone_number = %s", "business_phone_is_e164"),
    ):
        with (
            pytest.raises(psycopg.errors.CheckViolation) as refused,
            database.as_service("service_role") as sql,
        ):
            sql(query, phone)
        assert refused.value.diag.constraint_name == rule


def test_an_unknown_number_type_is_refused(database: Database, alices: Rows) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation), database.as_service("service_role") as sql:
        sql("update public.business_numbers set number_type = 'satellite'")


def test_a_business_has_one_primary_number_at_most(database: Database, alices: Rows) -> None:
    database.owner("update public.business_numbers set is_primary = true")
    with pytest.raises(psycopg.errors.UniqueViolation) as refused, database.as_service("service_role") as sql:
        sql(
            "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type,"
            " is_primary) values (%s, '+4930123', 'x', 'DE', 'local', true)",
            alices.business,
        )
    assert refused.value.diag.constraint_name == "business_has_one_primary_number"


@pytest.mark.parametrize("spelling", ["+14155550101", "+1 415 555 0101", "+1 (415) 555-0101", " +1.415.555.0101 "])
def test_the_voice_agent_finds_the_business_by_the_number_called(
    database: Database, alices: Rows, spelling: str
) -> None:
    with database.as_service("voice_agent") as sql:
        found = sql(
            "select business_id, name, business_type, timezone, number_id from find_business_by_number(%s)",
            spelling,
        )
        assert found.fetchall() == [(alices.business, "Place of alice@example.com", "restaurant", "UTC", alices.number)]


@pytest.mark.parametrize(
    "change",
    [
        "update public.business_numbers set is_active = false",
        "update public.business_v2 set is_active = false",
        "delete from public.business_numbers",
        "delete from public.business_v2",
        "update public.business_numbers set phone_number = '+4930'",
    ],
)
def test_a_call_to_an_inactive_trashed_or_unknown_number_finds_no_business(
    database: Database, alices: Rows, change: str
) -> None:
    database.owner(change)
    with database.as_service("voice_agent") as sql:
        assert sql("select * from find_business_by_number('+14155550101')").rowcount == 0
        assert sql("select * from find_business_by_number(null)").rowcount == 0
        assert sql("select * from find_business_by_number('garbage')").rowcount == 0


@pytest.mark.parametrize("role", ["anon", "authenticated", "kb_updater"])
def test_other_roles_can_not_look_numbers_up(database: Database, alices: Rows, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.request(role, {"role": role}) as sql:
        sql("select * from find_business_by_number('+14155550101')")


def test_the_look_up_of_a_number_is_one_index_scan(database: Database, alices: Rows) -> None:
    connection = database.kept()
    connection.execute("set enable_seqscan = off")
    plan = "\n".join(
        row[0]
        for row in connection.execute(
            "explain select b.id from public.business_numbers n join public.business_v2 b on b.id = n.business_id"
            " where n.phone_number = '+14155550101'"
        )
    )
    assert "business_numbers_phone_number_key" in plan

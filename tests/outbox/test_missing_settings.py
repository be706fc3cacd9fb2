"""Missing settings that hold up webhooks or calls: worker, checks, pages and dbhealth name them."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from aira.ops.health import health
from aira.outbox.missing_settings import missing
from aira.outbox.models import ServiceEndpoint, WebhookDelivery
from tests.command import CONFIGURED, manage
from tests.console.test_pages import page
from tests.database import Database

UNSIGNED = {**CONFIGURED, "KB_UPDATER_SECRET": ""}
ADDRESSES = {"kb_updater": "https://kb.example.com/hook", "voice_agent": "https://voice.example.com"}


def configure(settings: Any, without: str) -> None:
    for name, value in CONFIGURED.items():
        setattr(settings, name, [] if name == without == "KB_UPDATER_SECRET" else None if name == without else value)


@pytest.mark.parametrize("setting", CONFIGURED)
def test_each_setting_that_is_missing_is_named(settings: Any, setting: str) -> None:
    configure(settings, setting)
    [one] = missing({})
    assert (one.setting, setting in one.consequence, setting in one.todo) == (setting, True, True)


def test_an_address_that_the_database_knows_is_not_missing(settings: Any) -> None:
    configure(settings, "")
    settings.KB_UPDATER_URL = settings.VOICE_AGENT_URL = None
    assert [one.setting for one in missing({})] == ["KB_UPDATER_URL", "VOICE_AGENT_URL"]
    assert missing(ADDRESSES) == []


def test_an_address_that_webhooks_may_not_reach_is_named(settings: Any) -> None:
    configure(settings, "")
    [one] = missing({"kb_updater": "http://10.0.0.1/hook"})
    assert one.setting == "WEBHOOK_ALLOWED_HOSTS"
    assert "http://10.0.0.1/hook is not https" in one.consequence


@pytest.mark.parametrize("setting", CONFIGURED)
def test_the_start_of_a_worker_names_a_missing_setting(database: Database, setting: str) -> None:
    started = manage(database, "worker", "--once", **{**CONFIGURED, setting: ""})
    assert started.returncode == 0, started.stderr
    assert [line for line in started.stderr.splitlines() if "WARNING" in line and f"{setting} is not set" in line]


def test_the_start_of_a_worker_with_all_settings_warns_of_nothing(database: Database) -> None:
    assert "WARNING" not in manage(database, "worker", "--once", **CONFIGURED).stderr


@pytest.mark.parametrize("setting", CONFIGURED)
def test_check_deploy_names_a_missing_setting(database: Database, setting: str) -> None:
    said = manage(
        database, "check", "--deploy", "--tag", "outbox", "--fail-level", "WARNING", **{**CONFIGURED, setting: ""}
    )
    assert said.returncode == 1
    assert "outbox.W" in said.stderr
    assert f"{setting} is not set" in said.stderr


@pytest.mark.parametrize("setting", CONFIGURED)
def test_dbhealth_names_a_missing_setting(database: Database, direct: Any, settings: Any, setting: str) -> None:
    configure(settings, setting)
    [outcome] = health(only=["settings"])
    assert (outcome.level, [problem.subject for problem in outcome.problems]) == ("warn", [setting])
    configure(settings, "")
    assert [outcome.level for outcome in health(only=["settings"])] == ["ok"]


def test_the_dbhealth_command_prints_a_missing_setting(database: Database) -> None:
    said = manage(database, "dbhealth", "--only", "settings", **UNSIGNED)
    assert said.returncode == 1
    assert "settings  KB_UPDATER_SECRET: Webhooks about documents are not sent" in said.stdout


@pytest.mark.parametrize("model", [WebhookDelivery, ServiceEndpoint])
@pytest.mark.parametrize("setting", CONFIGURED)
def test_the_pages_of_deliveries_and_endpoints_name_a_missing_setting(
    console: Client, settings: Any, setting: str, model: type[Any]
) -> None:
    configure(settings, setting)
    said = console.get(page(model, "changelist")).content.decode()
    assert f"Ask an engineer to correct the setting {setting}." in said
    configure(settings, "")
    assert "Ask an engineer" not in console.get(page(model, "changelist")).content.decode()


def test_the_list_of_endpoints_names_a_missing_setting(db: None, settings: Any) -> None:
    configure(settings, "KB_UPDATER_SECRET")
    said = StringIO()
    call_command("endpoint", "list", stdout=StringIO(), stderr=said)
    assert "KB_UPDATER_SECRET is not set" in said.getvalue()

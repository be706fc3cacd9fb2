"""Test /metrics: its permission, its content, and that alerts and dashboard use only existing metrics."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

import aira.outbox.transport  # noqa: F401  the worker's metrics
from aira.embedded import PROJECT
from aira.ops import integrity
from aira.ops.health import BESIDE_SQL, checks
from aira.ops.integrity import Fault
from aira.ops.metrics import database
from aira.ops.models import Backup
from tests.command import deployed, manage
from tests.database import Database
from tests.gunicorn import serving
from tests.tenant_rows import Rows

TOKEN = "a token of the monitor"
BOTH = pytest.mark.django_db(databases=["default", "direct"])
# Names of functions and labels, which are not metrics.
NAME = re.compile(r"\baira_\w+")


@pytest.fixture
def monitor(client: Client, settings: Any, monkeypatch: Any) -> Client:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(database, "_kept", {})
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    return client


def read(client: Client) -> dict[tuple[str, ...], float]:
    """Return the metrics by name and label values."""
    response = client.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_without_a_token_the_page_does_not_exist(client: Client, db: None) -> None:
    assert client.get("/metrics").status_code == 404


@BOTH
def test_a_developer_needs_no_token(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer ü"])
def test_a_wrong_token_is_refused(client: Client, settings: Any, sent: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", HTTP_AUTHORIZATION=sent).status_code == 401


def test_metrics_show_queues_and_problems(monitor: Client, direct: Any, alices: Rows) -> None:
    integrity.record(integrity.Report(faults=[Fault("tenancy", "x", "y")], looked_at={"orphans": 3}))
    Backup.objects.using("direct").create(
        file="a.dump", taken_at=timezone.now() - timedelta(hours=30), duration=timedelta(1), rows=1, size=1, sha256=""
    )
    found = read(monitor)
    assert found["aira_database_up",] == 1
    assert found["aira_deliveries", "kb_updater", "waiting"] == 1
    assert found["aira_documents", "pending"] == 1
    assert (found["aira_integrity_faults", "tenancy"], found["aira_integrity_faults", "orphans"]) == (1, 0)
    assert 0 <= found["aira_integrity_age_seconds",] < 60
    assert 30 * 3600 <= found["aira_backup_age_seconds",] < 31 * 3600
    assert found["aira_ledger_problems",] == 0
    assert (found["aira_health", "ledger"], found["aira_health", "integrity"]) == (0, 2)
    assert found["aira_health_problems", "integrity"] == 1
    assert found["aira_database_connections_limit",] > 10
    assert found["aira_database_size_bytes",] > 1_000_000
    assert {figure.name for figure in database.figures()} - {
        "aira_analytics_age_seconds",
        "aira_worker_seen_seconds",
    } <= {name for name, *_ in found}


@BOTH
def test_cached_metrics_have_their_age(monitor: Client, monkeypatch: Any) -> None:
    assert read(monitor)["aira_figures_age_seconds", "health"] < 5
    later = database.time.monotonic() + 200
    monkeypatch.setattr(database, "time", type("Clock", (), {"monotonic": staticmethod(lambda: later)}))
    found = read(monitor)
    assert 195 < found["aira_figures_age_seconds", "health"] < 260
    assert found["aira_figures_age_seconds", "database"] == 0, "read anew after 10 seconds"


@BOTH
def test_requests_are_counted_by_route_and_never_by_address(monitor: Client) -> None:
    def counted(*labels: str) -> float:
        return (
            REGISTRY.get_sample_value(
                "aira_requests_total", dict(zip(("method", "route", "status"), labels, strict=True))
            )
            or 0
        )

    before, unknown = counted("GET", "healthz", "200"), counted("GET", "unknown", "404")
    monitor.get("/healthz")
    monitor.get("/no/such/page/of-4917012345")
    monitor.generic("BREW", "/healthz")
    assert counted("GET", "healthz", "200") == before + 1
    assert counted("GET", "unknown", "404") == unknown + 1
    text = monitor.get("/metrics").content.decode()
    assert "4917012345" not in text
    assert "BREW" not in text
    assert 'aira_request_seconds_bucket{le="+Inf",route="healthz"}' in text


@BOTH
def test_an_unreachable_database_is_a_metric_and_not_an_error(monitor: Client, monkeypatch: Any) -> None:
    def down(self: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(database.DatabaseCollector, "read", down)
    found = read(monitor)
    assert found["aira_database_up",] == 0
    assert not any(name.startswith("aira_health") for name, *_ in found)


@BOTH
def test_a_metric_that_fails_is_left_out_and_the_others_stay(monitor: Client, monkeypatch: Any) -> None:
    broken = database.FigureQuery("aira_broken", "x", (), "select * from private.no_such_table")
    known = database.figures()
    monkeypatch.setattr(database, "figures", lambda: (broken, *known))
    found = read(monitor)
    assert ("aira_broken",) not in found
    assert found["aira_database_size_bytes",] > 0


def exported(client: Client) -> set[str]:
    text = client.get("/metrics").content.decode()
    names = set(re.findall(r"^# TYPE (\w+) ", text, flags=re.MULTILINE))
    return names | {f"{name}_bucket" for name in names}


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load((PROJECT / "deploy/prometheus/alerts.yml").read_text())["groups"]:
        yield from group["rules"]


@BOTH
def test_every_metric_that_an_alert_or_the_dashboard_names_is_exported(monitor: Client) -> None:
    known = exported(monitor)
    dashboard = json.loads((PROJECT / "deploy/grafana/aira.json").read_text())
    targets = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(targets) > 15
    for expression in [rule["expr"] for rule in rules()] + targets:
        named = set(NAME.findall(expression))
        assert named, expression
        assert named <= known, f"{named - known} in {expression}"


def test_every_alert_is_complete_and_has_a_unique_name() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 10
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "begin"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
        if "for" in rule:
            assert re.fullmatch(r"\d+[smh]", rule["for"])


def test_each_alert_begins_with_an_existing_command() -> None:
    for rule in rules():
        begin = rule["annotations"]["begin"]
        if begin.startswith("manage.py"):
            assert begin.split()[1] in get_commands(), begin
            if only := re.search(r"--only (\w+)", begin):
                known = (
                    integrity.parts()
                    if begin.split()[1] == "integrity"
                    else {*BESIDE_SQL, *(check.name for check in checks())}
                )
                assert only[1] in known, begin


def test_a_short_token_stops_the_start(database: Database) -> None:
    run = manage(database, "check", METRICS_TOKEN="short")
    assert run.returncode == 1
    assert "METRICS_TOKEN must have at least 16 characters" in run.stderr


def test_counts_of_all_gunicorn_processes_are_added_up(database: Database, tmp_path: Path) -> None:
    """Run two processes as deployed. One of them answers the monitor."""
    settings = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "ALLOWED_HOSTS": "127.0.0.1"}
    with serving(database, tmp_path, **settings) as address:
        for _ in range(12):
            assert get(f"{address}/healthz") == '{"status": "ok"}'
        text = get(f"{address}/metrics")
    assert 'aira_requests_total{method="GET",route="healthz",status="200"} 12.0' in text
    assert "aira_database_up 1.0" in text


def get(address: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310  our own
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


def test_a_log_line_is_json_with_the_id_of_the_request(database: Database) -> None:
    """Return the fields that each log line of a request has with LOG_FORMAT=json."""
    script = (
        "import django; django.setup(); from django.test import Client;"
        "Client().get('/no-such-page', headers={'X-Request-Id': 'req-of-the-proxy'}, secure=True)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, text=True, capture_output=True, check=True,
        env=deployed(database, LOG_FORMAT="json", ALLOWED_HOSTS="testserver", DJANGO_SETTINGS_MODULE="aira.settings"),
    )  # fmt: skip
    [line] = [json.loads(line) for line in run.stderr.splitlines() if "no-such-page" in line]
    assert (line["request_id"], line["level"], line["logger"]) == ("req-of-the-proxy", "WARNING", "django.request")
    assert line["at"]

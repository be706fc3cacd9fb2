import secrets

from tests.command import CONFIGURED, manage
from tests.database import Database


def test_the_settings_of_a_deployment_pass_djangos_checks(database: Database) -> None:
    settings = {"SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "console.example.com", "DEBUG": "off"}
    settings |= CONFIGURED
    result = manage(database, "check", "--deploy", "--fail-level", "WARNING", **settings)
    assert (result.returncode, result.stderr) == (0, ""), result.stderr


def test_the_settings_of_a_developer_fail_djangos_checks(database: Database) -> None:
    result = manage(database, "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="short", DEBUG="on")
    assert result.returncode == 1
    assert "security.W018" in result.stderr

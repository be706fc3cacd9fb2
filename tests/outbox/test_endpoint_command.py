"""`manage.py endpoint`."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aira.outbox.models import ServiceEndpoint
from tests.webhook_receiver import Receiver
from tests.worker import SECRET


def endpoint(*args: str) -> str:
    out = StringIO()
    call_command("endpoint", *args, stdout=out)
    return out.getvalue()


def test_an_endpoint_is_set_held_and_resumed(db: None) -> None:
    endpoint("set", "kb_updater", "https://kb.example.com/hook")
    endpoint("hold", "kb_updater", "--reason", "maintenance")
    assert "kb_updater: https://kb.example.com/hook, held since" in endpoint("list")
    assert "maintenance" in endpoint("list")
    endpoint("resume", "kb_updater")
    assert endpoint("list") == "kb_updater: https://kb.example.com/hook\n"


def test_an_endpoint_can_not_have_a_forbidden_address(db: None) -> None:
    with pytest.raises(CommandError, match="WEBHOOK_ALLOWED_HOSTS"):
        endpoint("set", "kb_updater", "http://10.0.0.1/")
    assert not ServiceEndpoint.objects.exists()


@pytest.mark.parametrize("host", ["169.254.169.254", "[::7f00:1]", "[::ffff:0:a00:1]", "[fec0::1]", "[64:ff9b:1::1]"])
def test_an_endpoint_can_have_a_private_address_only_if_it_is_allowed(db: None, settings: Any, host: str) -> None:
    with pytest.raises(CommandError, match="is a private address"):
        endpoint("set", "kb_updater", f"https://{host}/hook")
    settings.WEBHOOK_ALLOWED_HOSTS = [host.strip("[]")]
    endpoint("set", "kb_updater", f"https://{host}/hook")
    assert ServiceEndpoint.objects.get().base_url == f"https://{host}/hook"


def test_an_endpoint_can_not_have_an_invalid_address(db: None) -> None:
    with pytest.raises(CommandError, match="is not an absolute http"):
        endpoint("set", "kb_updater", "https://[x")
    assert not ServiceEndpoint.objects.exists()


def test_an_unknown_endpoint_is_refused_with_the_known_names(db: None) -> None:
    endpoint("set", "kb_updater", "https://kb.example.com/hook")
    with pytest.raises(CommandError, match=r"called 'kb'\. Known: kb_updater"):
        endpoint("hold", "kb")


def test_an_unknown_endpoint_can_not_be_set(db: None) -> None:
    with pytest.raises(CommandError, match=r"called 'kb_updatr'\. Known: kb_updater, voice_agent"):
        endpoint("set", "kb_updatr", "https://kb.example.com/hook")
    assert not ServiceEndpoint.objects.exists()


def test_staff_send_a_test_request_to_an_endpoint(db: None, settings: Any, receiver: Receiver) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    endpoint("set", "kb_updater", receiver.url)
    with pytest.raises(CommandError, match="Set KB_UPDATER_SECRET"):
        endpoint("test", "kb_updater")
    settings.KB_UPDATER_SECRET = [SECRET]
    assert endpoint("test", "kb_updater") == "kb_updater: answered 200\n"
    assert '"TEST"' in receiver.got[0].body
    receiver.stop()
    with pytest.raises(CommandError, match="ConnectionRefusedError"):
        endpoint("test", "kb_updater")

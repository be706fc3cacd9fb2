"""Test that a key with too many requests must wait, and that other keys are not affected."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from rest_framework.test import APIClient

from aira.api.models import RateWindow
from tests.api.running import Running

URL = "/api/v1/businesses/"


def test_each_answer_gives_the_remaining_requests(with_key: Callable[..., APIClient]) -> None:
    client = with_key("businesses:read", rate_limit=3)
    left = []
    for _ in range(3):
        answer = client.get(URL)
        assert (answer.status_code, answer["RateLimit-Limit"], answer["RateLimit-Policy"]) == (200, "3", "3;w=60")
        assert 1 <= int(answer["RateLimit-Reset"]) <= 60
        left.append(answer["RateLimit-Remaining"])
    assert left == ["2", "1", "0"]
    refused = client.get(URL)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:aira:problem:throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Remaining"] == "0"
    assert with_key("businesses:read", name="other").get(URL).status_code == 200


def test_requests_work_again_a_minute_later(with_key: Callable[..., APIClient]) -> None:
    client = with_key("businesses:read", rate_limit=1)
    assert [client.get(URL).status_code for _ in range(2)] == [200, 429]
    window = RateWindow.objects.get()
    RateWindow.objects.update(started_at=window.started_at.replace(year=window.started_at.year - 1))
    assert client.get(URL).status_code == 200


def test_requests_of_staff_in_the_console_are_not_counted(api: APIClient) -> None:
    assert "RateLimit-Limit" not in api.get(URL)
    assert not RateWindow.objects.exists()


def test_all_processes_share_one_count(running: Running) -> None:
    client = running.client(running.secret("quick", "businesses:read", rate_limit=20))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: client.get("/businesses/").status_code, range(30)))
    assert sorted(found) == [200] * 20 + [429] * 10

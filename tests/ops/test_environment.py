"""Test that a bad value stops the start, and that the error names its variable."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from aira.environment import web_address


@pytest.mark.parametrize(
    "value",
    ["voice.example.com", "ftp://voice.example.com", "https://", "https://me@voice.example.com",
     "https://[x", "https://x]", "https://[::zz]/", "https://\u2100.com/", "https://voice.example.com:99999/"],
)  # fmt: skip
def test_an_invalid_web_address_is_refused(monkeypatch: Any, value: str) -> None:
    monkeypatch.setenv("SOME_URL", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_URL must be an absolute URL such as"):
        web_address("SOME_URL")


@pytest.mark.parametrize("value", ["https://voice.example.com", "http://127.0.0.1:8080/hook", "https://[::1]/"])
def test_a_valid_web_address_is_accepted(monkeypatch: Any, value: str) -> None:
    monkeypatch.setenv("SOME_URL", f" {value} ")
    assert web_address("SOME_URL") == value


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_counts_as_not_set(monkeypatch: Any, value: str) -> None:
    monkeypatch.setenv("SOME_URL", value)
    assert web_address("SOME_URL") is None

"""Provide calls of `adopt` that tests of adoption share."""

import json
from pathlib import Path
from typing import Any

from aira.embedded import Cluster
from tests.hosted import ended

UI = {"VOICE_AGENT_URL": "https://voice.aira.example/calls"}


def check(cluster: Cluster, name: str, *arguments: str, **settings: str) -> tuple[int, str, str]:
    process = ended(cluster, name, "hosted", "adopt", "--check", *arguments, **settings)
    said, errors = process.stdout, process.stderr
    return process.returncode, said, errors


def found(cluster: Cluster, name: str, *arguments: str) -> list[dict[str, Any]]:
    _, said, errors = check(cluster, name, "--format=json", *arguments, **UI)
    assert not errors
    records: list[dict[str, Any]] = json.loads(said)["found"]
    return records


def decided(tmp_path: Path, **decisions: Any) -> str:
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps(decisions))
    return f"--decisions={file}"


def refused(cluster: Cluster, name: str, *arguments: str) -> str:
    process = ended(cluster, name, "hosted", "adopt", *arguments, **UI)
    said, errors = process.stdout, process.stderr
    assert process.returncode == 1, said + errors
    assert "Traceback" not in errors
    return said + errors

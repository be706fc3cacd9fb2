"""Generate docs/openapi.yaml, the description from which clients are generated, and compare it with the release."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from aira.api.reference.breaking_changes import breaking_changes

DOCS = Path(settings.BASE_DIR) / "docs"


class Command(BaseCommand):
    """Command that writes or checks the description of the API."""

    # The description comes from the code alone, so no database is needed.
    requires_system_checks = ()
    help = (
        "Write the description of the API to docs/openapi.yaml. With --check, compare it with the file,"
        " and refuse changes that break clients of the last release. With --release, make it the last release."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, and fail if the file differs")
        parser.add_argument("--release", action="store_true", help="copy the description to the file of the release")
        parser.add_argument("--file", type=Path, default=DOCS / "openapi.yaml")
        parser.add_argument("--released", type=Path, default=DOCS / "openapi-released.json")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        description = generated()
        text = OpenApiYamlRenderer().render(description, renderer_context={})  # type: ignore[no-untyped-call]
        if not options["check"] and not options["release"]:
            file.write_bytes(text)
            return
        if not file.exists() or file.read_bytes() != text:
            raise CommandError(f"{file.name} differs from the code. Run `manage.py openapi` and check the changes.")
        compare(options["released"], description, is_release=options["release"])


def generated() -> dict[str, Any]:
    """Return the description of the code. Raises CommandError if it is incomplete."""
    make: Any = SchemaGenerator
    description: dict[str, Any] = make().get_schema(request=None, public=True)
    validate_schema(description)  # type: ignore[no-untyped-call]
    if GENERATOR_STATS:
        raise CommandError("The description is incomplete. See the warnings above.")
    return description


def compare(file: Path, description: dict[str, Any], *, is_release: bool) -> None:
    """Compare the description with the last release, and make it the last release if it is one.

    Raises CommandError if it breaks clients, or if its version was released before with another content.
    """
    text = OpenApiJsonRenderer().render(description, renderer_context={})
    current, released = json.loads(text), json.loads(file.read_text(encoding="utf-8"))
    # The release needs no guides.
    del current["info"]["description"]
    if found := breaking_changes(released, current, datetime.now(UTC).date()):
        raise CommandError(
            "\n".join(["The API would break its clients:", *found])
            + "\nKeep what is there and deprecate it, or begin a new version: docs/api/versioning.md."
        )
    if is_release:
        version = current["info"]["version"]
        if released != current and released["info"]["version"] == version:
            raise CommandError(f"Version {version} is released. Raise VERSION in aira/api/library_settings.py.")
        file.write_text(json.dumps(current, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

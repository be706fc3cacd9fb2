"""Generate docs/openapi.yaml, the description from which clients are generated."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema


class Command(BaseCommand):
    """Command that writes or checks the description of the API."""

    # The description comes from the code alone, so no database is needed.
    requires_system_checks = ()
    help = "Write the description of the API to docs/openapi.yaml. With --check, compare it with the file."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, and fail if the file differs")
        parser.add_argument("--file", type=Path, default=Path(settings.BASE_DIR) / "docs" / "openapi.yaml")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        make: Any = SchemaGenerator
        schema = make().get_schema(request=None, public=True)
        validate_schema(schema)  # type: ignore[no-untyped-call]
        if GENERATOR_STATS:
            raise CommandError("The description is incomplete. See the warnings above.")
        text = OpenApiYamlRenderer().render(schema, renderer_context={})  # type: ignore[no-untyped-call]
        if not options["check"]:
            file.write_bytes(text)
        elif not file.exists() or file.read_bytes() != text:
            raise CommandError(f"{file.name} differs from the code. Run `manage.py openapi` and check the changes.")

"""docs/openapi.yaml, from which clients are generated."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema


class Command(BaseCommand):
    # It describes the code: no database is needed.
    requires_system_checks = ()
    help = "Writes the API's description to docs/openapi.yaml; with --check, says whether it is the one that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the file is another")
        parser.add_argument("--file", type=Path, default=Path(settings.BASE_DIR) / "docs" / "openapi.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        make: Any = SchemaGenerator
        schema = make().get_schema(request=None, public=True)
        validate_schema(schema)  # type: ignore[no-untyped-call]
        if GENERATOR_STATS:
            raise CommandError("The description has gaps; see the warnings above.")
        text = OpenApiYamlRenderer().render(schema, renderer_context={})  # type: ignore[no-untyped-call]
        if not options["check"]:
            file.write_bytes(text)
        elif not file.exists() or file.read_bytes() != text:
            raise CommandError(
                f"{file.name} is not what the code says: run `manage.py openapi`, and look at the change."
            )

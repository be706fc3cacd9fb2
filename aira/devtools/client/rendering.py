"""Render the templates, and format what they give."""

import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aira.devtools.client.anonymous import name_objects
from aira.devtools.client.description import bodies, objects, resources
from aira.devtools.client.options import options_of, shared

HERE = Path(__file__).parent
PROJECT = Path(settings.BASE_DIR)
SOURCE = PROJECT / "docs" / "openapi.yaml"
TARGET = PROJECT / "clients" / "python" / "src" / "aira_client" / "generated"
WIDTH = 120
# The client downloads files by a method, so the words about the address don't fit.
REWORDED = {
    " With `format=csv` or `format=ndjson`, return all of them as a file.": " `download` writes all of them to a file.",
    ", with the addresses of the next and the previous page": ". Iterate over it for all pages",
}


def written(source: Path = SOURCE) -> dict[str, str]:
    """Return the texts of the generated files by their names."""
    description = yaml.safe_load(source.read_text(encoding="utf-8"))
    return formatted(dict(rendered(description)))


def rendered(description: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the files as the templates give them."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=False,  # noqa: S701, since the output is Python
    )  # fmt: skip
    environment.filters |= {"docstring": docstring, "member_text": member_text}
    name_objects(description)
    found = resources(description)
    known = list(shared(method for resource in found for method in resource.methods))
    models = list(objects(description))
    names = {
        "models": models,
        "bodies": list(bodies(description)),
        "shared": known,
        "resources": found,
        "options_of": lambda method: options_of(method, known),
    }

    def render(template: str, **values: Any) -> str:
        return environment.get_template(template).render(**names, **values)

    yield "__init__.py", '"""Code that `make client` generates from docs/openapi.yaml. Change nothing here."""\n'
    yield "models.py", render("models.py.jinja")
    yield "options.py", render("options.py.jinja")
    yield "operations/__init__.py", '"""Operations of each resource, and the arguments of their methods."""\n'
    for kind in ("synchronous", "asynchronous"):
        yield f"{kind}/__init__.py", render("resources.py.jinja", is_async=kind == "asynchronous")
    for resource in found:
        yield f"operations/{resource.name}.py", render("operations.py.jinja", resource=resource)
        for kind in ("synchronous", "asynchronous"):
            text = render("resource.py.jinja", resource=resource, is_async=kind == "asynchronous")
            yield f"{kind}/{resource.name}.py", text


def docstring(text: str, indent: int, first: str = "") -> str:
    """Return the text as a docstring: a summary, and paragraphs below it."""
    for old, new in REWORDED.items():
        text = text.replace(old, new)
    summary, paragraphs = (first, text.split("\n\n")) if first else (text, [])
    summary = f"{' '.join(summary.split()).rstrip('.')}."
    lines = [summary]
    for paragraph in paragraphs:
        plain = " ".join(paragraph.split())
        rest = plain.removeprefix(summary).strip() if plain.startswith((f"{summary} ", summary)) else plain
        if rest:
            lines += ["", *textwrap.wrap(rest, WIDTH - indent)]
    return quoted(lines, indent)


def member_text(text: str, indent: int = 4) -> str:
    """Return the text of a member as a docstring below it, or nothing."""
    # The type already lists the values of an enumeration.
    plain = " ".join(text.partition("* `")[0].split())
    if not plain:
        return ""
    ended = plain if plain[-1] in ".…" else f"{plain}."
    return quoted(textwrap.wrap(ended, WIDTH - indent - 6), indent)


def quoted(lines: list[str], indent: int) -> str:
    """Return the lines as a docstring."""
    margin = " " * indent
    shown = "\n".join(f"{margin}{line}" if line else "" for line in lines).strip()
    closing = "" if len(lines) == 1 else f"\n{margin}"
    return f'"""{shown}{closing}"""'.replace("\\", "\\\\")


def formatted(files: dict[str, str]) -> dict[str, str]:
    """Return the files as ruff formats them, without unused imports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        ruff = [sys.executable, "-m", "ruff"]
        options = ["--quiet", "--no-cache", "--config", str(PROJECT / "pyproject.toml")]
        for command in (["check", "--select", "F401,I,UP", "--fix"], ["format"]):
            subprocess.run([*ruff, *command, *options, "--target-version", "py311", str(folder)], check=True)
        return {file: (folder / file).read_text(encoding="utf-8") for file in sorted(files)}

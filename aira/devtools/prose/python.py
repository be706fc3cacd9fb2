"""Read the prose of a Python file: docstrings, comments, messages, and the names of tests and modules."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Comments for tools only: "noqa: S608", "type: ignore", "fmt: skip", "!/usr/bin/env".
DIRECTIVE = re.compile(r"^(?:!|noqa|type:|fmt:|pragma|mypy:|-\*-|squawk-ignore)")

SQL = re.compile(
    r"\s*(?:select|insert|update|delete|with|create|drop|alter|grant|revoke|set|lock|truncate|from|where|order|and|or)\b"
)


def read(path: Path, content: str) -> Iterator[Text]:
    """Yield the texts of one file in no particular order."""
    tree = ast.parse(content)
    test = path.parts[0] == "tests" if not path.is_absolute() else "tests" in path.parts
    if not path.stem.startswith("__"):
        yield Text(path, 1, Kind.NAME, path.name)
    docstrings: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function):
            yield from of_definition(path, node, docstrings, test=test)
    yield from comments(path, content)
    if not test:
        yield from messages(path, tree, docstrings)


def of_definition(
    path: Path, node: ast.Module | ast.ClassDef | Function, docstrings: set[int], *, test: bool
) -> Iterator[Text]:
    """Yield a definition's docstring, and its name if it is a test. Note which constants are docstrings."""
    if isinstance(node, Function) and node.name.startswith("test_"):
        yield Text(path, node.lineno, Kind.NAME, node.name)
    first = node.body[0] if node.body else None
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        return
    docstrings.add(id(first.value))
    kind = (
        Kind.TEST if test else Kind.FUNCTION if isinstance(node, Function) and not is_property(node) else Kind.DOCSTRING
    )
    yield Text(path, first.lineno, kind, ast.get_docstring(node) or "")


def is_property(node: Function) -> bool:
    """Tell whether a function is read like an attribute, so that a noun describes it best."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"property", "cached_property", "getter"})


def comments(path: Path, content: str) -> Iterator[Text]:
    """Yield the comments. Lines of comment that follow each other are one text."""
    block: list[str] = []
    begin = last = 0
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type != tokenize.COMMENT:
            continue
        alone = token.line.lstrip().startswith("#")
        text = token.string.lstrip("#").strip()
        if block and not (alone and token.start[0] == last + 1):
            yield Text(path, begin, Kind.COMMENT, " ".join(block))
            block = []
        if text and not DIRECTIVE.match(text):
            begin = begin if block else token.start[0]
            block.append(text)
            last = token.start[0] if alone else 0
    if block:
        yield Text(path, begin, Kind.COMMENT, " ".join(block))


def messages(path: Path, tree: ast.Module, docstrings: set[int]) -> Iterator[Text]:
    """Yield the string literals that are sentences or labels. A placeholder reads as one word."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "X" for part in node.values]
            inside |= {id(part) for part in ast.walk(node) if isinstance(part, ast.Constant)}
            text = "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
            text = node.value
        else:
            continue
        if is_prose(text):
            yield Text(path, node.lineno, Kind.MESSAGE, text)


def is_prose(text: str) -> bool:
    """Tell a sentence or label from an identifier, a pattern, markup or SQL."""
    if not re.search(r"[A-Za-z]{2,} +[A-Za-z]", text) or re.search(r"[<>{}\\]|::|\$\d|%\(|\\gset", text):
        return False
    return not SQL.match(text) or text.rstrip().endswith((".", "?"))

"""Compare anchors with the database."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aira.audit.models import Anchor
from aira.ops.anchors import AnchorError
from aira.ops.anchors.signing import is_signed
from aira.ops.anchors.statement import FORMAT, Document, document_of
from aira.schema.sql_calls import rows

ENTRIES = """
    select x.wallet, x.seq, e.hash is null,
           coalesce((select max(n.seq) from public.ledger_entries n where n.wallet_id = x.wallet), 0)
    from unnest(%s::uuid[], %s::bigint[], %s::text[]) x (wallet, seq, hash)
    left join public.ledger_entries e on e.wallet_id = x.wallet and e.seq = x.seq
    where pg_catalog.encode(e.hash, 'hex') is distinct from x.hash order by 1
"""
SEALS = """
    select x.month, x.number, s.hash is null
    from unnest(%s::text[], %s::bigint[], %s::text[]) x (month, number, hash)
    left join audit.seals s on s.month = (x.month || '-01')::date and s.number = x.number
    where pg_catalog.encode(s.hash, 'hex') is distinct from x.hash order by 1
"""
PROBLEMS = """
    select 'ledger', p.problem, p.subject, p.detail from private.ledger_problems() p
    union all select 'audit', p.problem, p.subject, p.detail from private.audit_problems() p
"""


@dataclass
class Chain:
    """Anchors in their order, as far as their signatures hold, and the newest hashes that they name.

    Attributes:
        ledger: wallet → number of the entry, hash in hexadecimal.
        audit: month such as 2026-11 → number of the seal, hash.
    """

    documents: dict[int, Document] = field(default_factory=dict)
    ledger: dict[str, tuple[int, str]] = field(default_factory=dict)
    audit: dict[str, tuple[int, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(paths: Iterable[Path]) -> list[Document]:
    """Return the anchors of files, or of the .json and .jsonl files of folders. Raises AnchorError."""
    found = []
    for path in paths:
        for file in sorted([*path.glob("*.json"), *path.glob("*.jsonl")]) if path.is_dir() else [path]:
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise AnchorError(f"{file} can't be read: {error}.") from None
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found.append(document(line, f"{file}, line {number}"))
    if not found:
        raise AnchorError("These files contain no anchor. Name files that manage.py anchor sent.")
    return found


def document(line: str, where: str) -> Document:
    """Return the anchor of a line."""
    try:
        values = json.loads(line)
        found = Document(values["statement"], values["signature"], values["key"])
    except (ValueError, KeyError, TypeError):
        raise AnchorError(f"{where} is not an anchor. Name files that manage.py anchor sent.") from None
    if not all(isinstance(value, str) for value in (found.statement, found.signature, found.key)):
        raise AnchorError(f"{where} is not an anchor. Name files that manage.py anchor sent.")
    return found


def chain(documents: Iterable[Document], keys: list[str]) -> Chain:
    """Verify signatures and order, and collect the newest hashes.

    Args:
        keys: the public keys to trust.
    """
    found = Chain()
    statements: dict[int, dict[str, Any]] = {}
    for document in documents:
        if document.key not in keys or not is_signed(document.key, document.statement, document.signature):
            found.problems.append(f"An anchor has no signature by a trusted key: {document.statement[:60]}…")
            continue
        statement = json.loads(document.statement)
        if statement["format"] != FORMAT:
            raise AnchorError(
                f"An anchor has format {statement['format']}, but this release reads {FORMAT}. "
                "Use the release that wrote it."
            )
        number = statement["number"]
        if number in statements and found.documents[number].statement != document.statement:
            found.problems.append(f"There are two different anchors with number {number}.")
        statements[number], found.documents[number] = statement, document
    for number in sorted(statements):
        statement, before = statements[number], found.documents.get(number - 1)
        if before is None and number != min(statements):
            found.problems.append(f"Anchor {number - 1} is missing.")
        elif before is not None and statement["previous"] != before.sha256:
            found.problems.append(f"Anchor {number} does not continue anchor {number - 1}.")
        found.ledger |= {wallet: tuple(head) for wallet, head in statement["ledger"].items()}
        found.audit |= {month: tuple(head) for month, head in statement["audit"].items()}
    return found


def verify(documents: Iterable[Document], keys: list[str], using: str = "direct") -> list[str]:
    """Return each contradiction between anchors and database. An empty list means that they agree."""
    anchored = chain(documents, keys)
    return [
        *anchored.problems,
        *vanished_entries(anchored, using),
        *changed_seals(anchored, using),
        *stored(anchored, using),
        *(": ".join(problem) for problem in rows(PROBLEMS, using=using)),
    ]


def vanished_entries(anchored: Chain, using: str) -> Iterator[str]:
    """Name the wallets whose anchored ledger entry was changed, or is gone."""
    heads = anchored.ledger
    columns = [list(heads), [seq for seq, _ in heads.values()], [found for _, found in heads.values()]]
    for wallet, seq, gone, newest in rows(ENTRIES, *columns, using=using):
        if gone and newest < seq:
            yield f"Ledger entries {newest + 1} to {seq} of wallet {wallet} vanished since they were anchored."
        else:
            yield f"Ledger entry {seq} of wallet {wallet} was {'removed' if gone else 'changed'} since it was anchored."


def changed_seals(anchored: Chain, using: str) -> Iterator[str]:
    """Name the months of the audit whose anchored seal was changed, or is gone."""
    heads = anchored.audit
    columns = [list(heads), [number for number, _ in heads.values()], [found for _, found in heads.values()]]
    for month, number, gone in rows(SEALS, *columns, using=using):
        yield f"Seal {number} of the audit of {month} was {'removed' if gone else 'changed'} since it was anchored."


def stored(anchored: Chain, using: str) -> Iterator[str]:
    """Compare with the anchors that the database stores."""
    here = dict(Anchor.objects.using(using).in_bulk(list(anchored.documents)))
    for number, outside in sorted(anchored.documents.items()):
        if number not in here:
            yield f"The database lacks anchor {number}."
        elif document_of(here[number]).statement != outside.statement:
            yield f"The database has another anchor {number}."

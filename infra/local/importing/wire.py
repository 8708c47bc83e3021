"""What the command and the lab say to each other: a batch is eventIDs, an empty line, and records, a line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

PATH: Final = "/_lab/imports"

Record = tuple[str, str]  # eventID, JSON on one line


def pack(records: Iterable[Record]) -> bytes:
    """The body of a batch. Neither part of a record may hold a line feed."""
    ids, texts = zip(*records, strict=True)
    # What UTF-8 lacks can only stand in a JSON string, where it is as good as escaped.
    return "\n".join([*ids, "", *texts]).encode("utf-8", "backslashreplace")


def unpack(body: bytes) -> list[Record]:
    """The inverse of `pack`. Raises ValueError for what is no batch."""
    ids, _, texts = body.decode().partition("\n\n")
    return list(zip(ids.split("\n"), texts.split("\n"), strict=True))

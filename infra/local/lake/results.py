"""The rows of one finished query, kept small until somebody asks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from infra.local.lake.render import NULL, render

CHUNK = 1_000  # rows compressed together; also the most that one page may hold


class Results:
    """Rows in order, all as text. Written by one thread, then read by any."""

    def __init__(self, columns: Sequence[str], types: Sequence[str] = ()) -> None:
        self.columns = tuple(columns)
        self.types = tuple(types)  # Trino's names for them
        self.count = 0
        self._chunks: list[bytes] = []

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add up to `CHUNK` rows; fewer only at the end."""
        cells = [[None if value is None else render(value) for value in row] for row in rows]
        self._chunks.append(zlib.compress(json.dumps(cells).encode(), 1))
        self.count += len(rows)

    def page(self, start: int, size: int) -> list[list[dict[str, str]]]:
        """Rows from `start` as Lake gives them: each a list of one-key maps, in column order."""
        return [self._cells(row) for row in self.texts(start, size)]

    def texts(self, start: int, size: int) -> list[list[str | None]]:
        """Rows from `start`, each value as text; None is a NULL."""
        first, last = start // CHUNK, (start + size - 1) // CHUNK
        rows = [row for chunk in self._chunks[first : last + 1] for row in json.loads(zlib.decompress(chunk))]
        offset = start - first * CHUNK
        return rows[offset : offset + size]

    def _cells(self, row: Iterable[str | None]) -> list[dict[str, str]]:
        return [{name: NULL if value is None else value} for name, value in zip(self.columns, row, strict=True)]


TYPES = {
    "HUGEINT": "bigint",
    "STRUCT": "row",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "UBIGINT": "bigint",
}
"""Trino's name of a type of DuckDB's, where it is another one."""


def trino_type(form: str) -> str:
    """Trino's name of a type, without what it is made of.

    >>> [trino_type(form) for form in ("BIGINT", "MAP(VARCHAR, VARCHAR)", "STRUCT(a VARCHAR)[]", "DECIMAL(38,0)")]
    ['bigint', 'map', 'array', 'decimal']
    """
    if form.endswith("[]"):
        return "array"
    name = form.partition("(")[0]
    return TYPES.get(name, name.lower())

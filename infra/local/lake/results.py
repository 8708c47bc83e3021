"""The rows of one finished query, kept small until somebody asks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from infra.local.lake.render import render

CHUNK = 1_000  # rows compressed together; also the most that one page may hold


class Results:
    """Rows in order, all as text. Written by one thread, then read by any."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.count = 0
        self._chunks: list[bytes] = []

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add up to `CHUNK` rows; fewer only at the end."""
        cells = [[render(value) for value in row] for row in rows]
        self._chunks.append(zlib.compress(json.dumps(cells).encode(), 1))
        self.count += len(rows)

    def page(self, start: int, size: int) -> list[list[dict[str, str]]]:
        """Rows from `start` as Lake gives them: each a list of one-key maps, in column order."""
        first, last = start // CHUNK, (start + size - 1) // CHUNK
        rows = [row for chunk in self._chunks[first : last + 1] for row in json.loads(zlib.decompress(chunk))]
        offset = start - first * CHUNK
        return [self._cells(row) for row in rows[offset : offset + size]]

    def _cells(self, row: Iterable[str]) -> list[dict[str, str]]:
        return [{name: value} for name, value in zip(self.columns, row, strict=True)]

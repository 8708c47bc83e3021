"""Writes docs/sql.md from the tested queries: `python -m tests.infra.local.lake.page`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from infra.local.lake import schema
from infra.local.lake.functions import LONGEST_ARRAY, NAMES
from infra.local.lake.queries import LONGEST_STATEMENT, MOST_CONCURRENT, MOST_ROWS, TIMEOUT

HERE = Path(__file__).parent
PAGE = HERE.parents[3] / "docs" / "sql.md"
PAIRS: list[dict[str, Any]] = json.loads((HERE / "pairs.json").read_text("utf-8"))
REFUSED: list[dict[str, str]] = json.loads((HERE / "refused.json").read_text("utf-8"))

HEAD = f"""\
# SQL of event data stores

Local AWS speaks the SQL of CloudTrail Lake: Trino's, one SELECT over event data stores. A store is named by its id,
with or without double quotes; `EDS` stands for it below. Every query on this page is run by a test, which compares the
columns and the rows; the page is written from the same data: `python -m tests.infra.local.lake.page`.

Every value of a result is text; NULL is the empty text. Times are UTC.

The same SQL runs over a lab's view in Athena (`--store athena`), with the same columns, types and rows: a test asks
both stores the questions of the workshop, the grader and the page for fifty stories. What differs:

| | CloudTrail Lake | Athena |
| --- | --- | --- |
| after FROM | the store's id | the view's name, `lab_0a1b2c3d.events` (`EDS_ID` in `lab query` is either) |
| a time in a condition | `eventtime > '2026-01-01'`, with `timestamp` or without | `timestamp '2026-01-01'` only |
| a NULL in a result | empty text | no value |
| cost of a query on AWS | by its events within the times it names | by seven days' log files, at most 1 GB |

Limits: {LONGEST_STATEMENT:,} characters a statement, {MOST_CONCURRENT} queries of an account at once, {TIMEOUT:g}
seconds and {MOST_ROWS:,} rows a query, {LONGEST_ARRAY:,} entries of `sequence` and `repeat`, and memory: a query that
needs more than its share fails with "Query exhausted resources at this scale factor".
"""


def page() -> str:
    """The page in Markdown."""
    parts = [HEAD, "## Columns\n", _columns(), "## Functions\n", _wrapped(f"`{name}`" for name in sorted(NAMES)) + "\n"]
    for topic, pairs in groupby(PAIRS, key=lambda pair: pair["topic"]):
        parts += [f"## {topic}\n", *map(_pair, pairs)]
    return "\n".join([*parts, "## What is refused\n", _table(("What", "Such as", "Error"), map(_refusal, REFUSED))])


def _columns() -> str:
    rows = ((f"`{name}`", f"`{_type(name)}`") for name in schema.COLUMNS)
    return _table(("Column", "Type"), rows)


def _type(name: str) -> str:
    """Trino's name of the type, spelt as DuckDB spells rows."""
    return schema.COLUMN_TYPES[name].replace('"', "").replace("STRUCT", "ROW").lower()


def _pair(pair: Mapping[str, Any]) -> str:
    note = f"{pair['note']}\n\n" if "note" in pair else ""
    names = [name or " " for name in pair["columns"]]
    rows = [[f"`{cell}`" if cell else "" for cell in row] for row in pair["rows"]]
    return f"{note}```sql\n{pair['sql']}\n```\n\n{_table(names, rows)}"


def _refusal(refusal: Mapping[str, str]) -> Iterator[str]:
    yield from (refusal["what"], f"`{refusal['sql']}`", refusal["error"])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _wrapped(words: Iterable[str]) -> str:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 118:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

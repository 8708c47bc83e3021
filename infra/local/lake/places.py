"""Where in a learner's statement it is that DuckDB points at in the translation.

DuckDB shows a line of its SQL with carets below. Its names and values are the learner's, in their order, so the third
`eventname` there is the third one here. What only the translation has is not found.
"""

from __future__ import annotations

import re

from infra.local.lake.store_ids import STORE_ID

_SHOWN = re.compile(r"^LINE \d+: (?P<line>.*)\n(?P<caret> *)\^", re.MULTILINE)
_TOKEN = re.compile(rf"""{STORE_ID}|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\S""")
_DOTS = "..."


def pointed_at(error: str, sql: str, statement: str) -> int | None:
    """The offset in the statement that DuckDB's error about its translation `sql` points at, if it does."""
    shown = _SHOWN.search(error)
    if shown is None:
        return None
    line = shown["line"].removeprefix(_DOTS).removesuffix(_DOTS)
    caret = len(shown["caret"]) - (shown.start("line") - shown.start())
    if line not in sql:
        return None
    start = sql.find(line) + caret - (len(_DOTS) if shown["line"].startswith(_DOTS) else 0)
    return _same(start, sql, statement)


def _same(start: int, sql: str, statement: str) -> int | None:
    tokens = [(match.start(), _plain(match[0])) for match in _TOKEN.finditer(sql)]
    wanted = next((token for place, token in tokens if place >= start), None)
    before = sum(token == wanted for place, token in tokens if place < start)
    found = [match.start() for match in _TOKEN.finditer(statement) if _plain(match[0]) == wanted]
    return found[min(before, len(found) - 1)] if found else None


def _plain(token: str) -> str:
    return token.strip('"').lower()

"""What is wrong with a statement, in words for whoever wrote it: where, and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sqlglot.errors import ParseError, TokenError

from infra.local.lake import schema

_COLUMN = re.compile(
    r'Referenced column "([^"]+)" not found|Column "([^"]+)" referenced that exists in the SELECT clause'
)
_FIELD = re.compile(r'Could not find key "([^"]+)" in struct')
_STORE = re.compile(r'(lake\.)?store\."?([0-9a-f-]{36})"?')
_ERROR_KIND = re.compile(r"^(\w+ )+Error: ")


def of_parser(error: ParseError | TokenError) -> str:
    """A statement that cannot be read."""
    found = getattr(error, "errors", None)
    if not found:
        return "A quote or a comment is not closed"
    first = found[0]
    description = re.sub(r" but got <Token.*", "", first["description"])
    description = re.sub(r"Required keyword: .* missing for <class .*\.(\w+)'>", r"Incomplete \1", description)
    return f"line {first['line']}:{first['col']}: {description} near '{first['highlight']}'"


def of_database(error: Exception, statement: str) -> str:
    """A statement that DuckDB refused, or that failed in it; without names that only the translation has."""
    text = _ERROR_KIND.sub("", str(error).partition("\n")[0])
    column, field = _COLUMN.search(text), _FIELD.search(text)
    if column:
        name = column[1] or column[2]
        return f"{_place(name, statement)}Column '{name}' cannot be resolved{_suggestion(name, schema.COLUMNS)}"
    if field:
        return f"{_place(field[1], statement)}Column '{field[1]}' cannot be resolved{_suggestion(field[1], _FIELDS)}"
    return _STORE.sub(r"\2", text)


def _suggestion(name: str, names: tuple[str, ...]) -> str:
    near = get_close_matches(name.lower(), names, n=1)
    return f": did you mean {near[0]}?" if near else ""


def _place(name: str, statement: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", statement, re.IGNORECASE)
    if not found:
        return ""
    before = statement[: found.start()]
    return f"line {before.count(chr(10)) + 1}:{found.start() - (before.rfind(chr(10)) + 1) + 1}: "


def _fields(shape: schema.Shape) -> Iterator[str]:
    if isinstance(shape, Mapping):
        for name, inner in shape.items():
            yield name.lower()
            yield from _fields(inner)
    elif isinstance(shape, list):
        yield from _fields(shape[0])


_FIELDS = tuple(sorted(set(_fields(schema.RECORD)) - set(schema.COLUMNS)))

"""What is wrong with a statement, in words for whoever wrote it: where, and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from sqlglot.errors import ParseError, TokenError

from infra.local.lake import schema
from infra.local.lake.functions import FUNCTIONS
from infra.local.lake.refusal import UnsupportedError
from infra.local.lake.store_ids import as_ids

# Whole strings, names and comments, and what opens one that never ends.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(?P<open>'|"|/\*)""", re.DOTALL)
_OPENED = {"'": "A quote is", '"': "A double quote is", "/*": "A comment is"}
_STORE = re.compile(r'(lake\.)?store\."?([0-9a-f-]{36})"?')
_ERROR_KIND = re.compile(r"^(?!INTERNAL)(\w+ )+Error: ")
_OPERATOR = re.compile(r"(=|<>|!=|<|>|\blike|\bin\s*\()\s*$", re.IGNORECASE)


def of_parser(error: ParseError | TokenError, statement: str) -> str:
    """A statement that cannot be read."""
    found = getattr(error, "errors", None)
    if not found:
        opened = next((match for match in _QUOTED.finditer(statement) if match["open"]), None)
        if opened is None:
            return "A quote or a comment is not closed"
        return at(f"{_OPENED[opened['open']]} not closed", opened.start(), statement)
    first = found[0]
    near = as_ids(first["highlight"])
    description = re.sub(r" but got <Token.*", "", first["description"])
    description = re.sub(r"Required keyword: .* missing for <class .*\.(\w+)'>", r"Incomplete \1", description)
    return f"line {first['line']}:{max(1, first['col'] - len(near) + 1)}: {description} near '{near}'"


def of_refusal(error: UnsupportedError, statement: str) -> str:
    """A statement that asks for something that is not offered."""
    return as_ids(str(error)) if error.offset is None else at(as_ids(str(error)), error.offset, statement)


def of_database(error: Exception, statement: str) -> str:
    """A statement that DuckDB refused, or that failed in it; without names that only the translation has."""
    text = _ERROR_KIND.sub("", str(error).partition("\n")[0])
    for form, say in _FORMS:
        match = form.search(text)
        if match:
            return say(match, statement)
    return _STORE.sub(r"\2", _short(text))


def at(message: str, offset: int, statement: str) -> str:
    """The message with the line and the column, both counted from 1, of a place in the statement."""
    before = statement[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - (before.rfind(chr(10)) + 1) + 1}: {message}"


def _column(match: re.Match[str], statement: str) -> str:
    name = next(part for part in match.groups() if part)
    return _unresolved(name, statement, schema.COLUMNS)


def _field(match: re.Match[str], statement: str) -> str:
    return _unresolved(match[1], statement, _FIELDS)


def _unresolved(name: str, statement: str, names: tuple[str, ...]) -> str:
    found = re.search(rf'(?<!\w)"?{re.escape(name)}(?!\w)', statement, re.IGNORECASE)
    near = get_close_matches(name.lower(), names, n=1)
    message = f"Column '{name}' cannot be resolved"
    if near:
        message += f": did you mean {near[0]}?"
    elif found and (found[0].startswith('"') or _OPERATOR.search(statement[: found.start()])):
        message += f": text stands in single quotes, '{name}'"
    return at(message, found.start(), statement) if found else message


def _parameters(match: re.Match[str], statement: str) -> str:
    name, types = _TRINO_NAMES.get(match[1], match[1]), _short(match[2]).lower().replace("_literal", "")
    message = f"Unexpected parameters ({types}) for function {name}"
    found = re.search(rf"(?<!\w){re.escape(name)}\s*\(", statement, re.IGNORECASE)
    return at(message, found.start(), statement) if found else message


def _element(match: re.Match[str], statement: str) -> str:
    message = f"{match[2]} is no row and has no field {match[1]}"
    if re.search(r"unnest\s*\(\s*resources", statement, re.IGNORECASE):
        message += ": UNNEST(resources) gives four columns, AS t(accountid, type, arn, arnprefix)"
    return message


def _said(message: str) -> Callable[[re.Match[str], str], str]:
    return lambda match, statement: match.expand(message)


def _short(text: str) -> str:
    """Types of rows without all their fields."""
    while "STRUCT(" in text:
        start = text.index("STRUCT(")
        depth, end = 0, start
        for end in range(start + len("STRUCT"), len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                break
        text = f"{text[:start]}row{text[end + 1 :]}"
    return text


def _fields(shape: schema.Shape) -> Iterator[str]:
    if isinstance(shape, Mapping):
        for name, inner in shape.items():
            yield name.lower()
            yield from _fields(inner)
    elif isinstance(shape, list):
        yield from _fields(shape[0])


_FIELDS = tuple(sorted(set(_fields(schema.RECORD)) - set(schema.COLUMNS)))
_TRINO_NAMES = {forms[0]: name for name, forms in FUNCTIONS.items() if forms[0].isidentifier()}
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = tuple(
    (re.compile(form), say)
    for form, say in (
        (r'Referenced column "([^"]+)"|Column "([^"]+)" referenced that exists in the SELECT clause', _column),
        (r'Values list "[^"]+" does not have a column named "([^"]+)"|Referenced table "([^"]+)" not found', _column),
        (r'Could not find key "([^"]+)" in struct', _field),
        (r"Cannot extract field '([^']+)' from expression \"([^\"]+)\"", _element),
        (r"No function matches the given name and argument types '(\w+)\((.*)\)'", _parameters),
        (r"^Division by zero", _said("Division by zero")),
        (r"^(Malformed JSON at byte \d+).*", _said(r"\1: wrap json_parse in TRY to get NULL")),
        (r"^(invalid perl operator: .*|missing \): .*|invalid escape sequence: .*|no argument for .*)",
         _said(r"Invalid regular expression: \1")),
    )
)  # fmt: skip

"""What is wrong with a statement, in words for whoever wrote it: where, and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from sqlglot.errors import ParseError, TokenError

from infra.local.lake import schema
from infra.local.lake.functions import FUNCTIONS
from infra.local.lake.places import pointed_at
from infra.local.lake.refusal import UnsupportedError
from infra.local.lake.store_ids import as_ids

# Whole strings, names and comments, and what opens one that never ends.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(?P<open>'|"|/\*)""", re.DOTALL)
_OPENED = {"'": "A quote is", '"': "A double quote is", "/*": "A comment is"}
_STORE = re.compile(r'(lake\.)?store\."?([0-9a-f-]{36})"?')
_ERROR_KIND = re.compile(r"^(?!INTERNAL)(\w+ )+Error: ")
_CAPITALS = r"([A-Z][A-Z_ ]+[A-Z])"
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
    said = as_ids(str(error))
    return _beside(_CAPITALS, said, statement) if error.offset is None else at(said, error.offset, statement)


def of_database(error: Exception, statement: str, sql: str = "") -> str:
    """A statement that DuckDB refused, or that failed in it; without names that only the translation `sql` has."""
    text = _ERROR_KIND.sub("", str(error).partition("\n")[0])
    match, say = next(((match, say) for form, say in _FORMS if (match := form.search(text))), (None, None))
    message = say(match, statement) if match and say else _STORE.sub(r"\2", _short(text)).replace("_LITERAL", "")
    place = None if message.startswith("line ") else pointed_at(str(error), sql, statement)
    return message if place is None else at(message, place, statement)


def at(message: str, offset: int, statement: str) -> str:
    """The message with the line and the column, both counted from 1, of a place in the statement."""
    before = statement[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - (before.rfind(chr(10)) + 1) + 1}: {message}"


def _beside(pattern: str, message: str, statement: str) -> str:
    """The message, with the place of what it names and the statement has as well."""
    named = re.search(pattern, message)
    found = re.search(rf"\b{re.escape(named[1])}\b", statement, re.IGNORECASE) if named else None
    return at(message, found.start(), statement) if found else message


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
    types = _short(match[2]).lower().replace("_literal", "")
    names = _TRINO_NAMES.get(match[1], [match[1]])
    calls = ((name, re.search(rf"(?<!\w){re.escape(name)}\s*\(", statement, re.IGNORECASE)) for name in names)
    name, found = next(((name, call) for name, call in calls if call), (match[1], None))
    message = f"Unexpected parameters ({types}) for function {name}"
    return at(message, found.start(), statement) if found else message


def _operator(match: re.Match[str], statement: str) -> str:
    types = match[2].lower().replace("_literal", "")
    sides = types.split(", ") if len(types.split(", ")) == 2 else ["", types]
    return f"Cannot apply operator: {f' {_OPERATORS.get(match[1], match[1])} '.join(sides).strip()}"


def _element(match: re.Match[str], statement: str) -> str:
    message = f"{match[2]} is no row and has no field {match[1]}"
    if re.search(r"unnest\s*\(\s*resources", statement, re.IGNORECASE):
        message += ": UNNEST(resources) gives four columns, AS t(accountid, type, arn, arnprefix)"
    return message


def _said(message: str, where: str = "") -> Callable[[re.Match[str], str], str]:
    """A sentence for a match; `where` finds the place in the statement of what DuckDB points at nothing for."""

    def say(match: re.Match[str], statement: str) -> str:
        found = re.search(match.expand(where), statement, re.IGNORECASE) if where else None
        return at(match.expand(message), found.start(), statement) if found else match.expand(message)

    return say


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
_OPERATORS = {"~~": "LIKE"}
_TRINO_NAMES: dict[str, list[str]] = {}  # by DuckDB's name
for _name, _forms in FUNCTIONS.items():
    _TRINO_NAMES.setdefault(_forms[0].partition("(")[0], []).append(_name)
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = tuple(
    (re.compile(form), say)
    for form, say in (
        (r'Referenced column "([^"]+)"|Column "([^"]+)" referenced that exists in the SELECT clause', _column),
        (r'Values list "[^"]+" does not have a column named "([^"]+)"|Referenced table "([^"]+)" not found', _column),
        (r'Could not find key "([^"]+)" in struct', _field),
        (r"Cannot extract field '([^']+)' from expression \"([^\"]+)\"", _element),
        (r"No function matches the given name and argument types '(\w+)\((.*)\)'", _parameters),
        (r"No function matches the given name and argument types '(\W+)\((.*)\)'", _operator),
        (r'column "([^"]+)" must appear in the GROUP BY clause',
         _said(r"'\1' must be an aggregate expression or appear in GROUP BY clause", r"\\bselect\\s+(\\w+\\.)?\\*")),
        (r"(ORDER|GROUP) (?:BY )?term out of range", _said(r"\1 BY position is not in select list", r"\1\\s+by")),
        (r"(WHERE|GROUP BY) clause cannot contain aggregates", _said(r"\1 clause cannot contain aggregations")),
        (r"^aggregate function calls cannot be nested", _said("Cannot nest aggregations")),
        (r"^Window functions are not supported here", _said("A window function requires an OVER clause, in SELECT")),
        (r'^Ambiguous reference to column name "([^"]+)"', _said(r"Column '\1' is ambiguous")),
        (r'^Column "([^"]+)" does not exist on (left|right) side of join',
         _said(r"Column '\1' is missing from \2 side of join", r"\\b\1\\b")),
        (r"^Set operations can only apply", _said("The queries have different numbers of columns",
                                                  r"\\b(union|intersect|except)\\b")),
        (r"^Subquery returns (\d+) columns", _said(r"A subquery must return one column. Found \1")),
        (r'^Duplicate CTE name "with_([^"]+)"', _said(r"WITH query name '\1' specified more than once", r"\\b\1\\b")),
        (r"^UNNEST\(\) can only be applied.* not (\w+)", _said(r"Cannot unnest type: \1", "unnest")),
        (r"^SELECT clause without selection list", _said("SELECT names no columns", "select")),
        (r"^Cannot deduce template type|^Invalid LIST argument",
         _said("Arguments of a function do not fit together", r"\\w+\\s*->")),
        (r"^([A-Z]+ TO [A-Z]+) is not supported", _said(r"\1 is not supported", r"\\b\1\\b")),
        (r"^DISTINCT requires", _said("DISTINCT needs a column", "distinct")),
        (r"^Division by zero", _said("Division by zero")),
        (r"^(Malformed JSON at byte \d+).*", _said(r"\1: wrap json_parse in TRY to get NULL")),
        (r"^(invalid perl operator: .*|missing \): .*|invalid escape sequence: .*|no argument for .*)",
         _said(r"Invalid regular expression: \1")),
    )
)  # fmt: skip

"""Arguments that are worked out while SQL is translated: lambdas of other shapes, formats, patterns, paths.

In the expressions of `infra.local.lake.functions` they stand as calls such as `_joda(_2)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from infra.local.lake.refusal import UnsupportedError, written

# Letters of Joda's formats and strftime's. All times are UTC.
JODA = {
    "yyyy": "%Y", "YYYY": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d",
    "EEEE": "%A", "EEE": "%a", "E": "%a", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M",
    "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "DDD": "%j", "e": "%u", "ww": "%V", "xxxx": "%G",
    "ZZ": "+00:00", "Z": "+0000", "z": "UTC",
}  # fmt: skip
JODA_READ = {**JODA, "ZZ": "%z", "Z": "%z", "z": "%Z"}
MYSQL = {
    "%i": "%M", "%M": "%B", "%s": "%S", "%h": "%I", "%e": "%-d", "%c": "%-m", "%k": "%-H", "%l": "%-I", "%W": "%A",
    "%T": "%H:%M:%S", "%r": "%I:%M:%S %p", "%v": "%V", "%x": "%G",
    **{f"%{letter}": f"%{letter}" for letter in "abdfHIjmpSYy%"},
}  # fmt: skip
UNITS = {"millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}

_JODA_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>.)", re.DOTALL)
_MYSQL_TOKEN = re.compile(r"(?P<letters>%.)|(?P<other>.)", re.DOTALL)
_PATH = re.compile(r"""\.([A-Za-z0-9_][\w:-]*)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\]|\[\s*(\d+)\s*\]|(\[\*\]|\.\*)""")


def _entry(function: exp.Expr) -> exp.Expr:
    """A lambda of a key and a value as one of a map entry."""
    return _taken_apart(function, ("key", "value"), "A function over a map takes a lambda of a key and a value: (k, v)")


def _zipped(function: exp.Expr) -> exp.Expr:
    """A lambda of two elements as one of both in a row."""
    return _taken_apart(function, (1, 2), "zip_with takes a lambda of two elements: (x, y)")


def _taken_apart(function: exp.Expr, fields: tuple[str | int, str | int], otherwise: str) -> exp.Expr:
    if not isinstance(function, exp.Lambda) or len(function.expressions) != 2:
        raise UnsupportedError(f"{otherwise} -> ...", function)
    whole = exp.to_identifier("_entry")
    body = function.this
    for parameter, field in zip(function.expressions, fields, strict=True):
        part: exp.Expr = (
            exp.Dot(this=whole.copy(), expression=exp.to_identifier(field))
            if isinstance(field, str)
            else exp.Bracket(this=whole.copy(), expressions=[exp.Literal.number(field)], offset=1)
        )
        body = _substitute(body, parameter.name, part)
    return exp.Lambda(this=body, expressions=[whole])


def _apply(function: exp.Expr, argument: exp.Expr) -> exp.Expr:
    """The body of a lambda of one parameter, with its argument put in."""
    if not isinstance(function, exp.Lambda) or len(function.expressions) != 1:
        raise UnsupportedError("The last argument of reduce is a lambda of one parameter: s -> ...", function)
    return exp.Paren(this=_substitute(function.this, function.expressions[0].name, argument))


def _substitute(body: exp.Expr, name: str, value: exp.Expr) -> exp.Expr:
    holder = exp.Paren(this=body.copy())
    for identifier in list(holder.find_all(exp.Identifier)):
        within = identifier.parent
        if identifier.name != name or (isinstance(within, exp.Dot) and within.expression is identifier):
            continue
        whole = within if isinstance(within, exp.Column) and within.this is identifier else identifier
        whole.replace(value.copy())
    return holder


def _format(letters: Mapping[str, str], token: re.Pattern[str]) -> Callable[[exp.Expr], exp.Expr]:
    def translate(text: exp.Expr) -> exp.Expr:
        if not _is_text(text):
            raise UnsupportedError("A format has to be written out as text", text)

        def letter(match: re.Match[str]) -> str:
            parts = match.groupdict()
            if parts["letters"] is None:
                return (parts["other"] or parts.get("quoted") or "'").replace("%", "%%")
            if parts["letters"] not in letters:
                raise UnsupportedError(f"The format letter '{parts['letters']}' is not supported", text)
            return letters[parts["letters"]]

        return exp.Literal.string(token.sub(letter, text.this))

    return translate


def _unit(unit: exp.Expr) -> exp.Expr:
    if not _is_text(unit) or unit.this.lower() not in UNITS:
        raise UnsupportedError(f"{written(unit)} is not a valid unit of time: one of {', '.join(sorted(UNITS))}", unit)
    return unit


def _pattern(pattern: exp.Expr) -> exp.Expr:
    """A regular expression: Java's spelling of named groups becomes RE2's."""
    if not _is_text(pattern):
        return pattern
    if re.search(r"\(\?<?[=!]", pattern.this):
        raise UnsupportedError("Lookahead and lookbehind are not supported in regular expressions", pattern)
    return exp.Literal.string(re.sub(r"\(\?<(?=\w)", "(?P<", pattern.this))


def _replacement(text: exp.Expr) -> exp.Expr:
    r"""What stands in place of a match: groups are written `$1` in Trino, `\1` in DuckDB."""
    if isinstance(text, exp.Lambda):
        raise UnsupportedError("A replacement is text, not a lambda", text)
    if not _is_text(text):
        form = map(exp.Literal.string, (r"\$(\d)", r"\\\1", "g"))
        return exp.Anonymous(this="regexp_replace", expressions=[text.copy(), *form])
    if "${" in text.this:
        raise UnsupportedError("Groups are written by number in a replacement: $1", text)

    def part(match: re.Match[str]) -> str:
        group, escaped, other = match.groups()
        return f"\\{group}" if group else (escaped or other).replace("\\", "\\\\")

    return exp.Literal.string(re.sub(r"\$(\d)|\\(.)|(.)", part, text.this, flags=re.DOTALL))


def _path(path: exp.Expr) -> exp.Expr:
    """A JSON path, with its names in quotes."""
    if not _is_text(path):
        return path
    text = path.this.strip()
    steps = list(_PATH.finditer(text, 1))
    if not text.startswith("$") or "".join(step[0] for step in steps) != text[1:]:
        raise UnsupportedError(f"Invalid JSON path: '{text}'", path)
    return exp.Literal.string("$" + "".join(map(_step, steps)))


def _step(step: re.Match[str]) -> str:
    name, double, single, place, star = step.groups()
    if place or star:
        return f"[{place}]" if place else str(star)
    return f'."{name or double or single or ""}"'


def _array(extracted: exp.Expr) -> exp.Expr:
    """What a path with a wildcard finds is a list in DuckDB, and JSON in Trino."""
    path = extracted.expression
    return exp.func("to_json", extracted) if _is_text(path) and "*" in path.this else extracted


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


MARKS: Mapping[str, Callable[..., exp.Expr]] = {
    "_apply": _apply,
    "_array": _array,
    "_entry": _entry,
    "_joda": _format(JODA, _JODA_TOKEN),
    "_joda_read": _format(JODA_READ, _JODA_TOKEN),
    "_mysql": _format(MYSQL, _MYSQL_TOKEN),
    "_path": _path,
    "_pattern": _pattern,
    "_replacement": _replacement,
    "_unit": _unit,
    "_zipped": _zipped,
}

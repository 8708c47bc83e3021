"""From Trino's expressions to DuckDB's, on sqlglot's tree.

`FUNCTIONS` says what each function becomes; here are the few rewrites that need more than an expression with holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import sqlglot
from sqlglot import exp

from infra.local.lake.functions import FUNCTIONS

LARGEST_TREE = 5_000  # nodes of one rewritten call: an argument may stand twice, and calls nest

MAP_COLUMNS = {
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "serviceeventdetails",
    "addendum",
    "edgedevicedetails",
    "insightdetails",
}
MAP_FUNCTIONS = {"map", "map_concat", "map_filter", "map_from_entries", "transform_keys", "transform_values"}
TIME_COLUMNS = {"eventtime", "creationdate"}

# Letters of Joda's and MySQL's formats, longest first, and DuckDB's strftime.
JODA = {
    "yyyy": "%Y", "YYYY": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d",
    "EEEE": "%A", "EEE": "%a", "E": "%a", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M",
    "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "DDD": "%j", "ZZ": "%z", "Z": "%z",
}  # fmt: skip
MYSQL = {"%i": "%M", "%M": "%B", "%s": "%S", "%h": "%I", "%e": "%-d", "%c": "%-m", "%k": "%-H", "%l": "%-I",
         "%W": "%A", "%T": "%H:%M:%S", "%r": "%I:%M:%S %p", "%f": "%f"}  # fmt: skip


class UnsupportedError(ValueError):
    """The SQL asks for something that is not offered; the message is for whoever wrote it."""


def rewrite(tree: exp.Expr) -> exp.Expr:
    """Replace what DuckDB spells otherwise or lacks. Raises UnsupportedError for functions that are not offered."""
    for node in reversed(list(tree.walk())):  # inner ones first
        make = _NODES.get(type(node))
        made = make(node) if make else None
        if made is not None and made is not node:
            node.replace(made)
    return tree


def _function(call: exp.Expr) -> exp.Expr:
    name = call.name.lower()
    if isinstance(call.parent, exp.Dot):
        raise UnsupportedError(f"Function '{call.parent.sql()}' not registered")
    if name not in FUNCTIONS:
        raise UnsupportedError(f"Function '{name}' not registered")
    forms = FUNCTIONS[name]
    if forms[0].isidentifier():
        call.set("this", forms[0])
        return call
    arguments = call.expressions
    form = next((form for form in forms if _arity(form) == len(arguments)), None)
    if form is None:
        wanted = " or ".join(str(_arity(form)) for form in forms)
        raise UnsupportedError(f"Function '{name}' takes {wanted} arguments, not {len(arguments)}")
    return _fill(form, arguments)


@cache
def _arity(form: str) -> int:
    return max((int(number) for number in re.findall(r"(?<!\w)_(\d)", form)), default=0)


@cache
def _parsed(form: str) -> exp.Expr:
    tree = sqlglot.parse_one(form, read="duckdb")
    for bracket in tree.find_all(exp.Bracket):
        bracket.set("offset", 1)  # or sqlglot counts what is put in from 0
    return tree


def _fill(form: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    holder = exp.Paren(this=_parsed(form).copy())
    budget = LARGEST_TREE
    for hole in [column for column in holder.find_all(exp.Column) if re.fullmatch(r"_\d", column.name)]:
        argument = arguments[int(hole.name[1:]) - 1]
        budget -= sum(1 for _ in argument.walk())
        if budget < 0:
            raise UnsupportedError("The query is too deeply nested")
        hole.replace(argument.copy())
    for mark in reversed([call for call in holder.find_all(exp.Anonymous) if call.name in _MARKS]):
        mark.replace(_MARKS[mark.name](*mark.expressions))
    return holder


def _entry(function: exp.Expr) -> exp.Expr:
    """A lambda of a key and a value as one of a map entry."""
    if not isinstance(function, exp.Lambda) or len(function.expressions) != 2:
        raise UnsupportedError("A function over a map takes a lambda of a key and a value: (k, v) -> ...")
    fields = zip((parameter.name for parameter in function.expressions), ("key", "value"), strict=True)
    body = function.this
    for name, field in fields:
        body = _substitute(body, name, exp.Dot(this=exp.to_identifier("_entry"), expression=exp.to_identifier(field)))
    return exp.Lambda(this=body, expressions=[exp.to_identifier("_entry")])


def _apply(function: exp.Expr, argument: exp.Expr) -> exp.Expr:
    """The body of a lambda of one parameter, with its argument put in."""
    if not isinstance(function, exp.Lambda) or len(function.expressions) != 1:
        raise UnsupportedError("The last argument of reduce is a lambda of one parameter: s -> ...")
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


def _format(letters: Mapping[str, str], pattern: str) -> Callable[[exp.Expr], exp.Expr]:
    def translate(text: exp.Expr) -> exp.Expr:
        if not isinstance(text, exp.Literal):
            raise UnsupportedError("A format has to be written out as text")
        return exp.Literal.string(
            re.sub(pattern, lambda m: m[1] if m.lastindex else letters.get(m[0], m[0]), text.this)
        )

    return translate


_MARKS: Mapping[str, Callable[..., exp.Expr]] = {
    "_entry": _entry,
    "_apply": _apply,
    "_joda": _format(JODA, r"'([^']*)'|([a-zA-Z])\2*".replace(r"([a-zA-Z])\2*", "|".join(sorted(JODA, key=len)[::-1]))),
    "_mysql": _format(MYSQL, r"%."),
}


def _subscript(node: exp.Expr) -> exp.Expr | None:
    """`map['key']` fails for a key that is not there, as Trino's does; DuckDB's gives NULL."""
    key = node.expressions[0]
    if not (isinstance(key, exp.Literal) and key.is_string):
        return None
    message = f"Key not present in map: {key.this}".replace("'", "''")
    return _fill(
        f"CASE WHEN _1 IS NULL OR map_contains(_1, _2) THEN _1[_2] ELSE error('{message}') END", [node.this, key]
    )


def _cast(node: exp.Expr) -> exp.Expr | None:
    """A time as text has milliseconds in Trino."""
    to_text = node.args["to"].this in (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT)
    if to_text and isinstance(node.this, (exp.Column, exp.Dot)) and node.this.name.lower() in TIME_COLUMNS:
        return _fill("strftime(_1, '%Y-%m-%d %H:%M:%S.%g')", [node.this])
    return None


def _at_time_zone(node: exp.Expr) -> exp.Expr:
    """The time of day there; Trino's result names the zone too, which DuckDB has no type for."""
    return _fill("timezone(_2, _1::TIMESTAMPTZ)", [node.this, node.args["zone"]])


def _position(node: exp.Expr) -> exp.Expr:
    return _fill("strpos(_1, _2)", [node.this, node.args["substr"]])


def _unnest(node: exp.Expr) -> exp.Expr:
    """Trino spreads the fields of rows and maps over columns; DuckDB keeps one column of structs."""
    offset, alias = node.args.get("offset"), node.args.get("alias")
    if isinstance(offset, exp.Identifier) and alias:  # sqlglot takes the last column's name for the ordinality's
        alias.append("columns", offset)
    columns = [_unnested(place, value) for place, value in enumerate(node.expressions, 1)]
    if offset:
        columns.append("generate_subscripts(_1, 1)")
    return exp.Lateral(this=_fill(f"(SELECT {', '.join(columns)})", node.expressions).this, alias=alias)


def _unnested(place: int, value: exp.Expr) -> str:
    is_map = value.name.lower() in MAP_COLUMNS or value.name.lower() in MAP_FUNCTIONS
    return f"unnest(map_entries(_{place}), max_depth := 2)" if is_map else f"unnest(_{place}, max_depth := 2)"


_NODES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.Anonymous: _function,
    exp.AtTimeZone: _at_time_zone,
    exp.Bracket: _subscript,
    exp.Cast: _cast,
    exp.StrPosition: _position,
    exp.Unnest: _unnest,
}

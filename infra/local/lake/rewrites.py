"""From Trino's expressions to DuckDB's, on sqlglot's tree.

`FUNCTIONS` says what each function becomes; here are the few rewrites that need more than an expression with holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

import sqlglot
from sqlglot import exp

from infra.local.lake.functions import FUNCTIONS, NAMES, VARIADIC
from infra.local.lake.kinds import kind_of, tag
from infra.local.lake.marks import MARKS
from infra.local.lake.refusal import UnsupportedError, written

LARGEST_TREE = 5_000  # nodes of one rewritten call: an argument may stand twice, and calls nest

# What may be extracted from a time, and DuckDB's name for it; Trino's weeks begin on Monday.
FIELDS = {
    **{name: name for name in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")},
    "DAY_OF_MONTH": "DAY",
    "DAY_OF_WEEK": "ISODOW",
    "DOW": "ISODOW",
    "DAY_OF_YEAR": "DOY",
    "DOY": "DOY",
    "YEAR_OF_WEEK": "ISOYEAR",
    "YOW": "ISOYEAR",
}
NULLS_IGNORED = {
    "first_value": exp.FirstValue,
    "lag": exp.Lag,
    "last_value": exp.LastValue,
    "lead": exp.Lead,
    "nth_value": exp.NthValue,
}

# A value as text: times have milliseconds in Trino, and JSON's text is without quotes. By way of text, as any type.
_TEXT = (
    "CASE typeof(_1) WHEN 'TIMESTAMP' THEN strftime(_1::VARCHAR::TIMESTAMP, '%Y-%m-%d %H:%M:%S.%g') "
    "WHEN 'TIMESTAMP WITH TIME ZONE' THEN strftime(_1::VARCHAR::TIMESTAMP, '%Y-%m-%d %H:%M:%S.%g UTC') "
    "WHEN 'JSON' THEN json_extract_string(_1::VARCHAR, '$') ELSE _1::VARCHAR END"
)
_HOLE = re.compile(r"(?<!\w)_(\d+)\b")


def rewrite(tree: exp.Expr) -> exp.Expr:
    """Replace what DuckDB spells otherwise or lacks. Raises UnsupportedError for functions that are not offered."""
    for node in reversed(list(tree.walk())):  # inner ones first
        kind = kind_of(node)
        make = _NODES.get(type(node))
        made = (make(node) if make else None) or node
        if kind == "date" and not isinstance(made, exp.Cast):  # in DuckDB it has become a timestamp
            made = exp.Cast(this=made.copy(), to=exp.DataType.build("date"))
        if made is not node:
            tag(made, kind)
            node.replace(made)
        else:
            tag(node, kind)
    return tree


def _function(call: exp.Expr) -> exp.Expr:
    name = call.name.lower()
    if isinstance(call.parent, exp.Dot) and call.parent.expression is call:
        raise UnsupportedError(f"Function '{written(call.parent)}' not registered", call)
    if name not in NAMES:
        near = get_close_matches(name, NAMES, n=1, cutoff=0.8)
        raise UnsupportedError(
            f"Function '{name}' not registered" + (f": did you mean {near[0]}?" if near else ""), call
        )
    arguments = call.expressions
    if name in VARIADIC:
        form = VARIADIC[name]([f"_{place}" for place in range(1, len(arguments) + 1)])
        return _fill(form, arguments) if arguments else call
    if name == "try":
        _let_pass(call)
    forms = FUNCTIONS[name]
    if forms[0].isidentifier():
        call.set("this", forms[0])
        return call
    fitting = next((form for form in forms if _arity(form) == len(arguments)), None)
    if fitting is None:
        wanted = " or ".join(str(_arity(form)) for form in forms)
        raise UnsupportedError(f"Function '{name}' takes {wanted} arguments, not {len(arguments)}", call)
    made = _fill(fitting, arguments)
    # An aggregate may be followed by FILTER or OVER, which parentheses would keep from it.
    return made.this if isinstance(made.this, exp.Func) else made


def _let_pass(call: exp.Expr) -> None:
    """DuckDB's TRY takes no call of error(); what Trino's gives instead is NULL."""
    for inner in list(call.find_all(exp.Anonymous)):
        if inner.name.lower() == "error":
            inner.replace(exp.Null())


@cache
def _arity(form: str) -> int:
    return max((int(number) for number in _HOLE.findall(form)), default=0)


@cache
def _parsed(form: str) -> exp.Expr:
    tree = sqlglot.parse_one(form, read="duckdb")
    for node in tree.walk():
        node.meta.clear()  # its places are none of the statement's
    for bracket in tree.find_all(exp.Bracket):
        if not isinstance(bracket.expressions[0], exp.Literal):
            bracket.set("offset", 1)  # or sqlglot counts what is put in from 0
    return tree


def _fill(form: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    holder = exp.Paren(this=_parsed(form).copy())
    budget = LARGEST_TREE
    for hole in [column for column in holder.find_all(exp.Column) if _HOLE.fullmatch(column.name)]:
        argument = arguments[int(hole.name[1:]) - 1]
        budget -= sum(1 for _ in argument.walk())
        if budget < 0:
            raise UnsupportedError("The query is too deeply nested")
        hole.replace(argument.copy())
    for mark in reversed([call for call in holder.find_all(exp.Anonymous) if call.name in MARKS]):
        mark.replace(MARKS[mark.name](*mark.expressions))
    return holder


def _subscript(node: exp.Expr) -> exp.Expr | None:
    """What is not there fails the query, as Trino's subscripts do; DuckDB's give NULL."""
    key = node.expressions[0]
    kind = kind_of(node.this)
    if kind == "row":
        raise UnsupportedError(f"{written(node.this)} is a row: write {written(node.this)}.{key.name or 'name'}", node)
    place = _place(key)
    if isinstance(key, exp.Literal) and (key.is_string or kind == "map"):
        name = key.this if place is None else str(place)
        message = f"Key not present in map: {name}".replace("'", "''")
        wanted = key if place is None else exp.Literal.number(place)
        return _fill(
            f"CASE WHEN _1 IS NULL OR map_contains(_1, _2) THEN _1[_2] ELSE error('{message}') END", [node.this, wanted]
        )
    if place is None:
        return None
    if place < 1:
        wrong = "SQL array indices start at 1" if place == 0 else f"Array subscript is negative: {place}"
        raise UnsupportedError(wrong, node)
    message = f"Array subscript must be less than or equal to array length: {place} > "
    return _fill(
        f"CASE WHEN _1 IS NULL OR len(_1) >= _2 THEN _1[_2] ELSE error('{message}' || len(_1)) END",
        [node.this, exp.Literal.number(place)],
    )


def _place(key: exp.Expr) -> int | None:
    """The number that was written; sqlglot counts from 0."""
    digits = key.this if isinstance(key, exp.Neg) else key
    if not isinstance(digits, exp.Literal) or digits.is_string or not digits.this.isdigit():
        return None
    return 1 + int(digits.this) * (-1 if isinstance(key, exp.Neg) else 1)


def _cast(node: exp.Expr) -> exp.Expr | None:
    target = node.args["to"]
    if target.this is exp.DataType.Type.JSON:
        return _fill("to_json(_1)", [node.this])
    if target.this not in (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT):
        return None
    length = target.expressions[0].this if target.expressions else None
    text = node.copy() if kind_of(node.this) == "text" or isinstance(node.this, exp.Literal) else None
    text = text or _fill(_TEXT, [node.this])
    return _fill("left(_1, _2)", [text, length]) if length else text


def _at_time_zone(node: exp.Expr) -> exp.Expr:
    """The time of day there. Trino's names the zone too: here only where it is shown, as DuckDB has no such type."""
    zone = node.args["zone"]
    form = "timezone(_2, _1::TIMESTAMPTZ)"
    if isinstance(zone, exp.Literal) and re.fullmatch(r"[+-]\d\d:\d\d", zone.this):
        hours, minutes = zone.this[1:].split(":")
        sign = zone.this[0]
        form = f"timezone('UTC', _1::TIMESTAMPTZ) {sign} INTERVAL '{int(hours)} hours {int(minutes)} minutes'"
    if isinstance(zone, exp.Literal) and _is_shown(node):
        form = f"strftime({form}, '%Y-%m-%d %H:%M:%S.%g') || ' ' || _2"
    return _fill(form, [node.this, zone])


def _is_shown(node: exp.Expr) -> bool:
    """Is this a column of the result?"""
    alias = node.parent
    return isinstance(alias, exp.Alias) and isinstance(alias.parent, exp.Select) and alias.parent.parent is None


def _extract(node: exp.Expr) -> exp.Expr:
    field = node.name.upper()
    if field not in FIELDS:
        raise UnsupportedError(f"'{node.name}' cannot be extracted from a time", node)
    node.set("this", exp.Var(this=FIELDS[field]))
    return node


def _nulls_ignored(node: exp.Expr) -> exp.Expr:
    call = node.this
    function = NULLS_IGNORED.get(call.name.lower()) if isinstance(call, exp.Anonymous) else None
    if function is None:
        raise UnsupportedError(f"{written(call)} does not take IGNORE NULLS", call)
    node.set("this", function.from_arg_list(call.expressions))
    return node


def _position(node: exp.Expr) -> exp.Expr:
    return _fill("strpos(_1, _2)", [node.this, node.args["substr"]])


def _unnest(node: exp.Expr) -> exp.Expr:
    """Trino spreads the fields of rows and maps over columns; DuckDB keeps one column of structs."""
    offset, alias = node.args.get("offset"), node.args.get("alias")
    if isinstance(offset, exp.Identifier) and alias:  # sqlglot takes the last column's name for the ordinality's
        alias.append("columns", offset)
    values = node.expressions
    lists = [
        f"map_entries(_{place})" if kind_of(value) == "map" else f"_{place}" for place, value in enumerate(values, 1)
    ]
    columns = [f"unnest({values}, max_depth := 2)" for values in lists]
    if offset:
        longest = ", ".join(f"len({values})" for values in lists)
        columns.append(f"unnest(generate_series(1, greatest({longest})))")
    return exp.Lateral(this=_fill(f"(SELECT {', '.join(columns)})", values).this, alias=alias)


_NODES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.Anonymous: _function,
    exp.AtTimeZone: _at_time_zone,
    exp.Bracket: _subscript,
    exp.Cast: _cast,
    exp.Extract: _extract,
    exp.IgnoreNulls: _nulls_ignored,
    exp.StrPosition: _position,
    exp.TryCast: _cast,
    exp.Unnest: _unnest,
}

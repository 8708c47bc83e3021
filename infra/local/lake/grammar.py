"""Which SQL a learner may write: Trino's, one SELECT, and nothing that is not listed here.

Functions are listed in `infra.local.lake.functions`, tables are looked up by `infra.local.lake.sql`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from infra.local.lake.kinds import Kind, kind_of
from infra.local.lake.refusal import UnsupportedError, readable, written
from infra.local.lake.store_ids import as_ids, as_names

ALLOWED_NODES: tuple[type[exp.Expr], ...] = (
    # queries
    exp.Select, exp.From, exp.Where, exp.Group, exp.GroupingSets, exp.Cube, exp.Rollup, exp.Having, exp.Order,
    exp.Ordered, exp.Limit, exp.Offset, exp.Fetch, exp.LimitOptions, exp.Distinct, exp.With, exp.CTE, exp.TableAlias,
    exp.Subquery, exp.Union, exp.Intersect, exp.Except, exp.Join, exp.Table, exp.Unnest, exp.Lateral, exp.Values,
    exp.Tuple, exp.Star, exp.Alias,
    # expressions
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Dot, exp.Bracket, exp.Array,
    exp.Lambda, exp.Interval, exp.Var, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.ColumnDef,
    exp.Case, exp.If, exp.Anonymous, exp.Window, exp.WindowSpec, exp.WithinGroup, exp.Filter, exp.IgnoreNulls,
    exp.RespectNulls, exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp, exp.Extract, exp.Trim, exp.Substring,
    exp.StrPosition, exp.AtTimeZone,
    # operators
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between,
    exp.Like, exp.Escape, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Exists, exp.Any, exp.All, exp.Add, exp.Sub, exp.Mul,
    exp.Div, exp.Mod, exp.Neg, exp.DPipe,
)  # fmt: skip

# What sqlglot also reads into allowed nodes, from other dialects.
REFUSED_ARGUMENTS: Mapping[type[exp.Expr], Sequence[str]] = {
    exp.CTE: ("materialized",),
    exp.Distinct: ("on",),
    exp.Group: ("all", "totals"),
    exp.LimitOptions: ("percent",),
    exp.Star: ("except_", "replace", "rename"),
    exp.With: ("recursive",),  # it need not end
}
JOINS = {"", "CROSS", "INNER", "OUTER"}
TYPES = {
    "ARRAY", "BIGINT", "BOOLEAN", "CHAR", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INT", "INTERVAL", "JSON", "MAP",
    "SMALLINT", "STRUCT", "TEXT", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TINYINT", "UUID", "VARBINARY", "VARCHAR",
}  # fmt: skip
REFUSED_TOKENS = {
    TokenType.DCOLON, TokenType.HEREDOC_STRING, TokenType.L_BRACE, TokenType.PARAMETER, TokenType.PLACEHOLDER,
    TokenType.R_BRACE,
}  # fmt: skip
AFTER_COMMA = {TokenType.COMMA, TokenType.FROM, TokenType.R_PAREN, TokenType.WHERE, TokenType.ORDER_BY}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.In)

COMPARE_INSTEAD: Mapping[Kind | None, str] = {
    "map": "{name} is a map and compares with nothing: use element_at({name}, 'key')",
    "row": "{name} is a row and compares with nothing: compare one of its fields",
    "array": "{name} is an array and compares with nothing: use any_match({name}, r -> r.arn = '...')",
}
FIELD_INSTEAD: Mapping[Kind | None, str] = {
    "map": "{name} is a map: use element_at({name}, '{field}')",
    "array": "{name} is an array: use {name}[1].{field}, or UNNEST({name})",
}


class LakeSql(Trino):
    """Trino whose functions keep the names and arguments they were written with."""

    class Parser(TrinoParser):
        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
            name: parse
            for name, parse in TrinoParser.FUNCTION_PARSERS.items()
            if name in {"CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING"}
        }

        def _parse_string_as_identifier(self) -> exp.Identifier | None:
            return None  # text is no table


def parse(statement: str) -> exp.Query:
    """The tree of one SELECT. Raises UnsupportedError, and sqlglot's ParseError and TokenError."""
    dialect = LakeSql()
    named = as_names(statement)
    tokens = dialect.tokenize(named)
    _check_tokens(tokens)
    with readable():
        tree = dialect.parser().parse(tokens, named)[0]
    if not isinstance(tree, exp.Query):
        raise UnsupportedError("Only SELECT statements are allowed", offset=0)
    for name in tree.find_all(exp.Identifier):
        if not name.args.get("quoted") and as_ids(name.name) != name.name:
            name.set("this", as_ids(name.name))
            name.set("quoted", True)
    aliases = {alias.name.lower() for alias in tree.find_all(exp.TableAlias)}
    for node in tree.walk():
        _check_node(node, aliases)
    return tree


def _check_tokens(tokens: Sequence[Token]) -> None:
    first = next((token for token in tokens if token.token_type is not TokenType.L_PAREN), None)
    if first is None or first.token_type not in (TokenType.SELECT, TokenType.WITH):
        raise UnsupportedError("Only SELECT statements are allowed", offset=0)
    ends = [place for place, token in enumerate(tokens) if token.token_type is TokenType.SEMICOLON]
    if ends and ends[0] != len(tokens) - 1:
        raise UnsupportedError("Only one SELECT statement is allowed", offset=tokens[ends[0] + 1].start)
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        foreign = (
            token.token_type in REFUSED_TOKENS
            or token.text == "=="
            or ("$" in token.text and token.token_type is not TokenType.STRING)
        )
        if foreign or (token.token_type is TokenType.COMMA and following.token_type in AFTER_COMMA):
            raise UnsupportedError(f"mismatched input '{token.text}'", offset=token.start)


def _check_node(node: exp.Expr, aliases: Collection[str]) -> None:
    refused = REFUSED_ARGUMENTS.get(type(node), ())
    check = _CHECKS.get(type(node))
    if (
        not isinstance(node, ALLOWED_NODES)
        or any(node.args.get(name) for name in refused)
        or (check and not check(node))
    ):
        raise UnsupportedError(f"Unsupported syntax: {_shown(node)}", node)
    if isinstance(node, COMPARISONS):
        _check_sides(node)
    if isinstance(node, exp.Column):
        _check_field(node, aliases)


def _check_sides(comparison: exp.Expr) -> None:
    for side in (comparison.this, comparison.args.get("expression")):
        if isinstance(side, exp.Column) and kind_of(side) in COMPARE_INSTEAD:
            raise UnsupportedError(COMPARE_INSTEAD[kind_of(side)].format(name=side.name), side)


def _check_field(column: exp.Column, aliases: Collection[str]) -> None:
    """Maps and arrays have no fields, though DuckDB would find some."""
    for part in ("table", "db"):
        name = column.text(part).lower()
        kind = kind_of(exp.column(name))
        if name not in aliases and kind in FIELD_INSTEAD:
            raise UnsupportedError(FIELD_INSTEAD[kind].format(name=name, field=column.name), column)


def _shown(node: exp.Expr) -> str:
    whole = node if node.parent is None or not isinstance(node, (exp.Star, exp.Lock)) else node.parent
    return written(whole)


def _is_join(node: exp.Expr) -> bool:
    return (node.args.get("kind") or "").upper() in JOINS and (node.args.get("method") or "").upper() in ("", "NATURAL")


_CHECKS: Mapping[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.DataType: lambda node: node.this.name in TYPES,
    exp.In: lambda node: any(node.args.get(part) for part in ("expressions", "query", "unnest", "field")),
    exp.Join: _is_join,
    # These two are written out as they are.
    exp.Literal: lambda node: node.is_string or bool(re.fullmatch(r"[0-9.]+([eE][+-]?[0-9]+)?", node.this)),
    exp.Var: lambda node: bool(re.fullmatch(r"\w+", node.name)),
}

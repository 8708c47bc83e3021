"""A learner's SQL: Trino as CloudTrail Lake speaks it in, one SELECT of DuckDB over their own event data stores out.

What is allowed is listed, what is not listed is refused: statements, kinds of nodes, functions, tables. Tables are
event data stores of the caller and names of the query's own WITH, which get a prefix so that they never reach
anything of DuckDB's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, TokenError
from sqlglot.parsers.trino import TrinoParser

from infra.local.call import AwsError
from infra.local.lake.rewrites import UnsupportedError, rewrite

STORE_ID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
CTE_PREFIX = "with_"

_BARE_STORE_ID = re.compile(
    rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(?<![\w-])({STORE_ID})(?![\w-])""", re.DOTALL
)
_COMMENT = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/", re.DOTALL)

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


class _LakeSql(Trino):
    """Trino whose functions keep the names and arguments they were written with."""

    class Parser(TrinoParser):
        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
            name: parse
            for name, parse in TrinoParser.FUNCTION_PARSERS.items()
            if name in {"CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING"}
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """DuckDB's SQL for a statement, and the ids of the event data stores it reads, in order of appearance."""

    sql: str
    stores: tuple[str, ...]


def translate(statement: str) -> Translation:
    """Translate one SELECT. Raises AwsError InvalidQueryStatementException, which says what is wrong and where."""
    try:
        tree = _parse(statement)
        _check(tree)
        _name_columns(tree)
        stores = _resolve_tables(tree)
        rewrite(tree)
        sql = tree.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE)
    except (ParseError, TokenError) as error:
        raise invalid(_first_error(error)) from error
    except (UnsupportedError, SqlglotError) as error:
        raise invalid(str(error)) from error
    except RecursionError as error:
        raise invalid("The query is too deeply nested") from error
    return Translation(sql=sql, stores=stores)


def invalid(reason: str) -> AwsError:
    """The refusal of a statement."""
    return AwsError("InvalidQueryStatementException", reason)


def quote_store_ids(statement: str) -> str:
    """Put double quotes around bare event data store ids, outside strings, quoted names and comments.

    Trino reads `1e5f...-...` as a number minus something.
    """
    return _BARE_STORE_ID.sub(lambda m: f'"{m[1]}"' if m[1] else m[0], statement)


def _parse(statement: str) -> exp.Expr:
    if not re.match(r"\(*\s*(select|with)\b", _first_word(statement), re.IGNORECASE):
        raise UnsupportedError("Only SELECT statements are allowed")
    trees = [tree for tree in sqlglot.parse(quote_store_ids(statement), read=_LakeSql) if tree is not None]
    if len(trees) != 1:
        raise UnsupportedError("Only one SELECT statement is allowed")
    if not isinstance(trees[0], exp.Query):
        raise UnsupportedError("Only SELECT statements are allowed")
    return trees[0]


def _first_word(statement: str) -> str:
    place = 0
    while blank := _COMMENT.match(statement, place):
        place = blank.end()
    return statement[place : place + 100]


def _check(tree: exp.Expr) -> None:
    for node in tree.walk():
        if not isinstance(node, ALLOWED_NODES):
            raise UnsupportedError(f"Unsupported syntax: {node.sql(dialect='trino')[:80]}")
        if isinstance(node, exp.With) and node.recursive:
            raise UnsupportedError("WITH RECURSIVE is not supported")


def _resolve_tables(tree: exp.Expr) -> tuple[str, ...]:
    ctes = {cte.alias.lower(): cte for cte in tree.find_all(exp.CTE)}
    stores: dict[str, None] = {}
    for table in list(tree.find_all(exp.Table)):
        name = table.name.lower()
        if table.args.get("db") or table.args.get("catalog") or not isinstance(table.this, exp.Identifier):
            raise UnsupportedError(f"{table.sql(dialect='trino')} is not an event data store of this account")
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
        if name in ctes:
            table.set("this", exp.to_identifier(CTE_PREFIX + name, quoted=True))
        elif re.fullmatch(STORE_ID, name):
            stores[name] = None
            table.set("this", exp.to_identifier(name, quoted=True))
            table.set("db", exp.to_identifier("store"))
            table.set("catalog", exp.to_identifier("lake"))
        else:
            raise UnsupportedError(f"{table.name} is not an event data store of this account: put the id after FROM")
    for name, cte in ctes.items():
        cte.args["alias"].set("this", exp.to_identifier(CTE_PREFIX + name, quoted=True))
    if not stores:
        raise UnsupportedError("The statement names no event data store: put the id after FROM")
    return tuple(stores)


def _name_columns(tree: exp.Expr) -> None:
    """Give every column of the result the name that Trino gives it: as written, or `_col0`."""
    query = tree
    while not isinstance(query, exp.Select):
        query = query.this
        if not isinstance(query, exp.Query):
            raise UnsupportedError("Only SELECT statements are allowed")
    for place, column in enumerate(list(query.expressions)):
        if isinstance(column, exp.Alias) or column.is_star:
            continue
        named = isinstance(column, (exp.Column, exp.Dot))
        name = column.expression.name if isinstance(column, exp.Dot) else column.name
        alias = exp.to_identifier(name if named else f"_col{place}", quoted=True)
        column.replace(exp.Alias(this=column.copy(), alias=alias))


def _first_error(error: ParseError | TokenError) -> str:
    found = getattr(error, "errors", None)
    if not found:
        return str(error).partition("\n")[0]
    first = found[0]
    return f"line {first['line']}:{first['col']}: {first['description']} near '{first['highlight']}'"

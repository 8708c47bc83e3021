"""A learner's SQL: Trino as CloudTrail Lake speaks it in, one SELECT of DuckDB over their own event data stores out.

Tables are event data stores and the names of the query's own WITH. The latter get a prefix, so that no name reaches
anything of DuckDB's, wherever it stands.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, TokenError

from infra.local.call import AwsError
from infra.local.lake import messages, schema
from infra.local.lake.grammar import parse
from infra.local.lake.refusal import UnsupportedError, readable, written
from infra.local.lake.rewrites import rewrite
from infra.local.lake.scanned import Span, spans_of
from infra.local.lake.store_ids import STORE_ID
from infra.local.lake.times import check_times

CTE_PREFIX = "with_"
CATALOG = "awsdatacatalog"  # where Athena's databases are
_STANDS_FOR = f"store_{secrets.token_hex(16)}_"  # no statement can hold it, whatever its author knows of the lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A statement as DuckDB has it: the event data stores that it reads, in order of appearance, and how much of them.

    `columns` are those that it may name, in the order of the schema; it asks for no others.
    """

    text: str  # a mark stands for each store
    stores: tuple[str, ...]
    columns: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def sql(self) -> str:
        """DuckDB's SQL, over the stores' views."""
        return self.over('"lake"."store"."{}"'.format)

    def over(self, source: Callable[[str], str]) -> str:
        """DuckDB's SQL, over what `source` gives for the id of each store."""
        return re.sub(f"{_STANDS_FOR}([0-9a-f-]+)", lambda mark: source(mark[1]), self.text)


def translate(statement: str, views: Mapping[str, str] | None = None) -> Translation:
    """Translate one SELECT. Raises AwsError InvalidQueryStatementException, which says what is wrong and where.

    `views` gives the ids of the stores that stand behind Athena's views, by name in lower case, "database.view". With
    it nothing else may be asked, and Trino's types are Athena's: text is no time.
    """
    try:
        tree = parse(statement)
        _name_columns(tree)
        if views is None:
            stores = _resolve_tables(tree)
        else:
            check_times(tree)
            stores = _resolve_tables(tree, views)
        tables = [table for table in tree.find_all(exp.Table) if table.catalog]
        spans = spans_of(tables)
        columns = _columns_of(tree)
        text = _written(tree, tables)
    except (ParseError, TokenError) as error:
        raise invalid(messages.of_parser(error, statement)) from error
    except UnsupportedError as error:
        raise invalid(messages.of_refusal(error, statement)) from error
    except SqlglotError as error:
        raise invalid(str(error)) from error
    except RecursionError as error:
        raise invalid("The query is too deeply nested") from error
    return Translation(text=text, stores=stores, columns=columns, spans=spans)


def translate_view(statement: str) -> tuple[str, str]:
    """A view's SELECT as DuckDB's, and the name of the one table that it is over, which has become `CTE_PREFIX` + name.

    Raises UnsupportedError, and sqlglot's errors.
    """
    tree = parse(statement)
    (table,) = tree.find_all(exp.Table)
    name = table.name.lower()
    table.replace(exp.Table(this=exp.to_identifier(CTE_PREFIX + name, quoted=True)))
    return _written(tree), name


def _columns_of(tree: exp.Query) -> tuple[str, ...]:
    """The columns of a store that a statement may name: all of them where it names some without saying so."""
    rows = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}
    names = {column.name.lower() for column in tree.find_all(exp.Identifier)}
    unsaid = (
        any(not isinstance(star.parent, exp.Func) for star in tree.find_all(exp.Star))
        or any(join.method for join in tree.find_all(exp.Join))  # NATURAL
        or any(column.name.lower() in rows for column in tree.find_all(exp.Column))  # a whole row
    )
    return schema.COLUMNS if unsaid else tuple(name for name in schema.COLUMNS if name in names)


def _written(tree: exp.Query, stores: Iterable[exp.Table] = ()) -> str:
    """DuckDB's SQL. Names are quoted, or one that only DuckDB takes for something else could be written out."""
    rewrite(tree)
    for table in stores:
        table.set("this", exp.Var(this=_STANDS_FOR + table.name))
        table.set("db", None)
        table.set("catalog", None)
    with readable():
        return tree.sql(dialect="duckdb", identify=True, comments=False, unsupported_level=ErrorLevel.RAISE)


def invalid(reason: str) -> AwsError:
    """The refusal of a statement."""
    return AwsError("InvalidQueryStatementException", reason)


def _resolve_tables(tree: exp.Query, views: Mapping[str, str] | None = None) -> tuple[str, ...]:
    ctes = list(tree.find_all(exp.CTE))
    names = {cte.alias.lower() for cte in ctes}
    stores: dict[str, None] = {}
    for table in list(tree.find_all(exp.Table)):
        name = table.name.lower()
        if views is not None and (table.db or name not in names):  # no WITH has a name with a dot
            store_id = _behind(table, views)
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            _point(table, stores, store_id)
            continue
        if table.args.get("db") or table.args.get("catalog") or not isinstance(table.this, exp.Identifier):
            raise UnsupportedError(f"{written(table)} is not an event data store of this account", table)
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
        if name in names:
            table.set("this", exp.to_identifier(CTE_PREFIX + name, quoted=True))
        elif re.fullmatch(STORE_ID, name):
            _point(table, stores, name)
        else:
            raise UnsupportedError(
                f"{table.name} is not an event data store of this account: put the id after FROM", table
            )
    for cte in ctes:
        cte.args["alias"].set("this", exp.to_identifier(CTE_PREFIX + cte.alias.lower(), quoted=True))
    if not stores:
        raise UnsupportedError("The statement names no event data store: put the id after FROM", offset=0)
    return tuple(stores)


def _point(table: exp.Table, stores: dict[str, None], store_id: str) -> None:
    """Let a table be this store."""
    stores[store_id] = None
    table.set("this", exp.to_identifier(store_id, quoted=True))
    table.set("db", exp.to_identifier("store"))
    table.set("catalog", exp.to_identifier("lake"))


def _behind(table: exp.Table, views: Mapping[str, str]) -> str:
    """The store behind the view that a statement names. Raises UnsupportedError."""
    name = ".".join(part.lower() for part in (table.db, table.name) if part)
    if table.catalog.lower() not in ("", CATALOG) or name not in views:
        raise UnsupportedError(f"Table '{written(table)}' does not exist", table)
    return views[name]


def _name_columns(tree: exp.Query) -> None:
    """Give every column of the result the name that Trino gives it: as written, or `_col0`."""
    query: exp.Expr = tree
    while not isinstance(query, exp.Select):
        query = query.this
        if not isinstance(query, exp.Query):
            raise UnsupportedError("Only SELECT statements are allowed", offset=0)
    for place, column in enumerate(list(query.expressions)):
        if isinstance(column, exp.Alias) or column.is_star:
            continue
        inner = column.unnest()  # without parentheses
        named = isinstance(inner, (exp.Column, exp.Dot))
        name = inner.expression.name if isinstance(inner, exp.Dot) else inner.name
        alias = exp.to_identifier(name if named else f"_col{place}", quoted=True)
        column.replace(exp.Alias(this=column.copy(), alias=alias))

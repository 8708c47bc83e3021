# ruff: noqa: S608 - what stands in these statements is ours, or has gone through infra.local.lake.sql
"""Stores of what Athena's views show: each is a table of its own, filled by the view's own SQL.

A view over log files looks at one line at a time. So its SQL need not run with every query: it runs once for each line,
and what it makes of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import exp
from sqlglot.errors import SqlglotError

from infra.local.call import AwsError
from infra.local.lake.lake import Lake
from infra.local.lake.refusal import UnsupportedError
from infra.local.lake.sql import CTE_PREFIX, translate_view
from infra.local.lake.store import EventDataStore

BATCH = 400  # lines at once: DuckDB keeps what it has parsed for each of the view's expressions
Line = Sequence[str]  # the values of the table's columns, in their order


class StaleViewError(Exception):
    """The view's SQL does not give the columns that the view says it has, or cannot be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view as its catalog has it."""

    name: str  # "database.view"
    sql: str  # Trino's, over one table
    columns: Mapping[str, str]  # Trino's types by name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenView:
    """A view with its store. `columns` are those of the table it is over, all of them text."""

    view: View
    store: EventDataStore
    sql: str  # DuckDB's
    table: str
    columns: Sequence[str]


class Views:
    """The views of one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def open(self, account_id: str, region: str, view: View, columns: Sequence[str]) -> OpenView:
        """Make the store of a view, empty; `columns` are those of the table it is over.

        Raises StaleViewError; AwsError EventDataStoreMaxLimitExceededException.
        """
        sql, table = _translated(view)
        store = self._lake.create_store(
            account_id=account_id,
            region=region,
            name=view.name,
            termination_protection=False,
            ingestion=False,
            elsewhere=True,
        )
        opened = OpenView(view=view, store=store, sql=sql, table=table, columns=columns)
        try:
            self._give_table(opened)
        except (duckdb.Error, StaleViewError) as error:
            self._lake.delete_store(account_id, region, store.id)
            raise StaleViewError(f"View '{view.name}' is stale or in invalid state: {error}") from error
        return opened

    def table_of(self, view: View) -> str:
        """The name of the table that a view is over. Raises StaleViewError."""
        return _translated(view)[1]

    def add(self, opened: OpenView, lines: Sequence[Line]) -> None:
        """Show what the view makes of these lines of its table. Raises AwsError where memory or disk is full."""
        for start in range(0, len(lines), BATCH):
            self._insert(opened, lines[start : start + BATCH])

    def _insert(self, opened: OpenView, lines: Sequence[Line]) -> None:
        values = [list(column) for column in zip(*lines, strict=True)]
        made = ", ".join(f'unnest(?::VARCHAR[]) AS "{name}"' for name in opened.columns)
        try:
            added = self._lake.database.cursor().execute(
                f'INSERT INTO imports.main."{opened.store.id}" {_over(opened, made)}', values
            )
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise AwsError("InternalServerException", "The lab's memory or disk is full.", 500) from error
        self._lake.count_more(opened.store, added.fetchall()[0][0])

    def _give_table(self, opened: OpenView) -> None:
        cursor, store_id = self._lake.database.cursor(), opened.store.id
        none = ", ".join(f"''::VARCHAR AS \"{name}\"" for name in opened.columns)
        found = cursor.execute(f"{_over(opened, none)} LIMIT 0").description or []
        made = {name: str(form) for name, form, *_ in found}
        said = {name: _duckdb_type(cursor, form) for name, form in opened.view.columns.items()}
        if made != said:
            different = [name for name in {**made, **said} if made.get(name) != said.get(name)]
            raise StaleViewError(f"its columns differ from what its SQL gives: {', '.join(different)}")
        cursor.execute(f'CREATE TABLE imports.main."{store_id}" AS {_over(opened, none)} LIMIT 0')
        cursor.execute(f'CREATE OR REPLACE VIEW lake.store."{store_id}" AS SELECT * FROM imports.main."{store_id}"')


def _translated(view: View) -> tuple[str, str]:
    try:
        return translate_view(view.sql)
    except (UnsupportedError, SqlglotError, ValueError) as error:
        raise StaleViewError(f"View '{view.name}' cannot be read: {error}") from error


def _over(opened: OpenView, columns: str) -> str:
    """The view's SQL, over a table with these columns."""
    return f'WITH "{CTE_PREFIX}{opened.table}" AS (SELECT {columns}) SELECT * FROM ({opened.sql})'


def _duckdb_type(cursor: duckdb.DuckDBPyConnection, form: str) -> str:
    plain: Any = exp.DataType.build(form, dialect="trino")
    described = cursor.execute(f"SELECT NULL::{plain.sql(dialect='duckdb')}").description or []
    return str(described[0][1])

"""A view of a trail's log files in Athena.

Source: Athena API, StartQueryExecution, GetQueryExecution, GetQueryResults and StopQueryExecution. The first row of the
first page is the header; a cell without a value is a NULL. Athena refuses at once what is no statement, and lets a
query fail that names an unknown column or table: then the reason names the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from scenario.access import client_of
from scenario.query.errors import (
    QueryCancelledError,
    QueryError,
    QueryFailedError,
    QueryRejectedError,
    QueryTimeoutError,
)
from scenario.query.rows import Rows
from scenario.query.store import PATIENCE, Page, Store

PAGE = 1000  # rows, the header among them: GetQueryResults' maximum
RUNNING = ("QUEUED", "RUNNING")
REJECTIONS = {"InvalidRequestException"}
BUSY = {"TooManyRequestsException"}

# Trino names a place for what is wrong with the SQL itself, and none for what goes wrong while it runs.
_PLACED = re.compile(r"^(?:\w+: )?line \d+:\d+: ")
_TOO_LONG = "query timeout"


class Athena(Store):
    """Athena as one identity sees it: `store_id` is "database.view", and the workgroup bears the database's name."""

    def __init__(self, session: boto3.Session, store_id: str, *, patience: float = PATIENCE) -> None:
        super().__init__(patience=patience)
        self._athena: Any = client_of(session, "athena")
        self._database = store_id.partition(".")[0]

    def _start(self, sql: str) -> str:
        started = self._athena.start_query_execution(
            QueryString=sql, WorkGroup=self._database, QueryExecutionContext={"Database": self._database}
        )
        return str(started["QueryExecutionId"])

    def _is_busy(self, error: ClientError) -> bool:
        return error.response["Error"]["Code"] in BUSY

    def _is_rejection(self, error: ClientError) -> bool:
        return error.response["Error"]["Code"] in REJECTIONS

    def _first(self, query_id: str) -> Page | None:
        status = self._athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in RUNNING:
            return None
        if status["State"] != "SUCCEEDED":
            raise _ended(status)
        answer = self._ask(query_id)
        header, *rows = _cells(answer)
        return Page(Rows(tuple(map(str, header)), tuple(rows)), answer.get("NextToken"))

    def _more(self, query_id: str, before: Page) -> Page:
        answer = self._ask(query_id, NextToken=before.token)
        return Page(Rows(before.rows.columns, tuple(_cells(answer))), answer.get("NextToken"))

    def _cancel(self, query_id: str) -> None:
        self._athena.stop_query_execution(QueryExecutionId=query_id)

    def _ask(self, query_id: str, **more: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._athena.get_query_results(QueryExecutionId=query_id, MaxResults=PAGE, **more)
        return answer


def _cells(answer: Mapping[str, Any]) -> list[tuple[str | None, ...]]:
    return [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in answer["ResultSet"]["Rows"]]


def _ended(status: Mapping[str, Any]) -> QueryError:
    """The error for a query that has ended without a result."""
    reason = status.get("StateChangeReason") or f"the query ended as {status['State']}"
    if status["State"] == "CANCELLED":
        return QueryCancelledError(reason)
    if _PLACED.match(reason):
        return QueryRejectedError(reason)
    return QueryTimeoutError(reason) if _TOO_LONG in reason.lower() else QueryFailedError(reason)

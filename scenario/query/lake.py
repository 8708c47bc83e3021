"""A CloudTrail Lake event data store.

Source: CloudTrail API, StartQuery, GetQueryResults and CancelQuery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from scenario.access import client_of
from scenario.query.errors import QueryCancelledError, QueryFailedError, QueryTimeoutError
from scenario.query.rows import Rows
from scenario.query.store import PATIENCE, Page, Store

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

PAGE = 1000  # rows, GetQueryResults' maximum
RUNNING = ("QUEUED", "RUNNING")
REJECTIONS = {
    "InvalidQueryStatementException",
    "InvalidParameterException",
    "ValidationException",
    "EventDataStoreARNInvalidException",
    "EventDataStoreNotFoundException",
    "InactiveEventDataStoreException",
}
ENDS = {"FAILED": QueryFailedError, "CANCELLED": QueryCancelledError, "TIMED_OUT": QueryTimeoutError}


class Lake(Store):
    """CloudTrail Lake as one identity sees it."""

    def __init__(self, session: boto3.Session, *, patience: float = PATIENCE) -> None:
        super().__init__(patience=patience)
        self._cloudtrail: CloudTrailClient = client_of(session, "cloudtrail")

    def _start(self, sql: str) -> str:
        return self._cloudtrail.start_query(QueryStatement=sql)["QueryId"]

    def _is_busy(self, error: ClientError) -> bool:
        return error.response["Error"]["Code"] == "MaxConcurrentQueriesException"

    def _is_rejection(self, error: ClientError) -> bool:
        return error.response["Error"]["Code"] in REJECTIONS

    def _first(self, query_id: str) -> Page | None:
        """Asking for results tells the status too, so that a quick query takes two calls."""
        answer = self._ask(query_id)
        if answer["QueryStatus"] in ENDS:
            reason = answer.get("ErrorMessage") or f"the query ended as {answer['QueryStatus']}"
            raise ENDS[answer["QueryStatus"]](reason)
        return None if answer["QueryStatus"] in RUNNING else _page(answer)

    def _more(self, query_id: str, before: Page) -> Page:
        return _page(self._ask(query_id, NextToken=str(before.token)))

    def _cancel(self, query_id: str) -> None:
        self._cloudtrail.cancel_query(QueryId=query_id)

    def _ask(self, query_id: str, **more: str) -> Mapping[str, Any]:
        return self._cloudtrail.get_query_results(QueryId=query_id, MaxQueryResults=PAGE, **more)


def _page(answer: Mapping[str, Any]) -> Page:
    """Lake's lists of one-key maps as tuples."""
    raw: Sequence[Sequence[Mapping[str, str | None]]] = answer.get("QueryResultRows", ())
    columns = tuple(name for cell in (raw[0] if raw else ()) for name in cell)
    rows = tuple(tuple(value for cell in row for value in cell.values()) for row in raw)
    return Page(Rows(columns, rows), answer.get("NextToken"))

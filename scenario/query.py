"""The query client for event data stores: SQL in, rows out.

    Lake(session).run("select eventname, count(*) as total from 0a1b2c3d-... group by eventname")

What can go wrong, besides botocore's own errors for everything that is no matter of one query (network, permission):

    QueryError
    +-- QueryRejectedError   the SQL is not Lake's: syntax, an unknown column, more than one SELECT, a foreign store
    +-- QueryFailedError     the query ran and failed
    +-- QueryCancelledError  somebody cancelled it
    +-- QueryTimeoutError    Lake gave up, or we did; then the query has been cancelled
    +-- QueryBusyError       as many queries as the account may have were running all the time

Source: CloudTrail API, StartQuery, GetQueryResults and CancelQuery.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError, ParamValidationError

FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.01, 1.6, 2.0  # seconds; local AWS answers in milliseconds, AWS in many seconds
PAGE = 1000  # rows, GetQueryResults' maximum
RUNNING = ("QUEUED", "RUNNING")


class QueryError(Exception):
    """A query gave no rows."""


class QueryRejectedError(QueryError):
    """The store does not accept this SQL. The message is the store's."""


class QueryFailedError(QueryError):
    """The query was accepted, and failed while it ran. The message is the store's."""


class QueryCancelledError(QueryError):
    """The query was cancelled by somebody else."""


class QueryTimeoutError(QueryError):
    """The query took longer than Lake, or the caller, was willing to wait."""


class QueryBusyError(QueryError):
    """The account ran as many queries at once as it may, for as long as the caller was willing to wait."""


REJECTIONS = {
    "InvalidQueryStatementException",
    "InvalidParameterException",
    "ValidationException",
    "EventDataStoreARNInvalidException",
    "EventDataStoreNotFoundException",
    "InactiveEventDataStoreException",
}
ENDS = {"FAILED": QueryFailedError, "CANCELLED": QueryCancelledError, "TIMED_OUT": QueryTimeoutError}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query found: columns in the order and the spelling of the SELECT, values as Lake writes them.

    None is a NULL. Without rows there are no columns either: Lake does not tell them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def column(self, name: str) -> list[str | None]:
        """All values of one column, in order; none where the query found nothing.

        Raises ValueError for a column that the rows do not have.
        """
        if not self.rows:
            return []
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


class Lake:
    """CloudTrail Lake as one identity sees it.

    `patience` is how many seconds a query may take from start to last page.
    """

    def __init__(self, session: boto3.Session, *, patience: float = 600) -> None:
        self._cloudtrail = session.client("cloudtrail")
        self._patience = patience

    def run(self, sql: str, *, heard: Callable[[float], None] = lambda seconds: None) -> Rows:
        """Run one SELECT and give all its rows. Raises QueryError's children; a KeyboardInterrupt cancels the query.

        `heard` is told again and again how many seconds it has taken so far, for as long as there is more to wait for.
        """
        found: list[Rows] = []
        with closing(self.pages(sql)) as pages:
            for page in pages:
                if isinstance(page, Rows):
                    found.append(page)
                else:
                    heard(page)
        columns = next((page.columns for page in found if page.rows), ())
        return Rows(columns, tuple(row for page in found for row in page.rows))

    def pages(self, sql: str) -> Generator[Rows | float, None, None]:
        """Run one SELECT and give its rows page by page, at least one; in between the seconds that it has taken so far.

        Raises QueryError's children. Whoever closes the generator early, or interrupts it, cancels the query.
        """
        time_taken = _TimeTaken(self._patience)
        query_id = yield from self._start(sql, time_taken)
        try:
            page = yield from self._finished(query_id, time_taken)
            yield _as_rows(page)
            while page.get("NextToken"):
                yield time_taken.seconds()
                page = self._ask(query_id, NextToken=page["NextToken"])
                yield _as_rows(page)
        except (GeneratorExit, KeyboardInterrupt, QueryTimeoutError):
            with suppress(ClientError):  # it may have ended by now, and what we were told first matters more
                self._cloudtrail.cancel_query(QueryId=query_id)
            raise

    def _start(self, sql: str, time_taken: _TimeTaken) -> Generator[float, None, str]:
        busy = self._cloudtrail.exceptions.MaxConcurrentQueriesException
        for pause in time_taken.pauses():
            if pause:
                yield time_taken.seconds()
            try:
                return str(self._cloudtrail.start_query(QueryStatement=sql)["QueryId"])
            except busy:
                continue
            except ParamValidationError as error:  # botocore's own check: no SQL at all
                raise QueryRejectedError(str(error)) from error
            except ClientError as error:
                if error.response["Error"]["Code"] in REJECTIONS:
                    raise QueryRejectedError(error.response["Error"]["Message"]) from error
                raise
        raise QueryBusyError("too many queries are running in this account; wait a minute and try again")

    def _finished(self, query_id: str, time_taken: _TimeTaken) -> Generator[float, None, Mapping[str, Any]]:
        """The first page. Asking for results tells the status too, so that a quick query takes two calls."""
        for pause in time_taken.pauses():
            if pause:
                yield time_taken.seconds()
            page = self._ask(query_id)
            if page["QueryStatus"] in ENDS:
                reason = page.get("ErrorMessage") or f"the query ended as {page['QueryStatus']}"
                raise ENDS[page["QueryStatus"]](reason)
            if page["QueryStatus"] not in RUNNING:
                return page
        raise QueryTimeoutError(f"no result after {self._patience:g} seconds")

    def _ask(self, query_id: str, **more: str) -> Mapping[str, Any]:
        return self._cloudtrail.get_query_results(QueryId=query_id, MaxQueryResults=PAGE, **more)


@dataclass(frozen=True, slots=True)
class _TimeTaken:
    """How long one query has been going on."""

    patience: float  # seconds
    began: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """So far."""
        return time.monotonic() - self.began

    def pauses(self) -> Iterator[float]:
        """Let the caller try at once, then after pauses that grow, at last when patience ends."""
        pause = FIRST_PAUSE
        yield 0
        while (left := self.patience - self.seconds()) > 0:
            time.sleep(min(pause, left))
            yield pause
            pause = min(pause * GROWTH, LONGEST_PAUSE)


def _as_rows(page: Mapping[str, Any]) -> Rows:
    """Lake's lists of one-key maps as tuples."""
    raw: Sequence[Sequence[Mapping[str, str | None]]] = page.get("QueryResultRows", ())
    columns = tuple(name for cell in (raw[0] if raw else ()) for name in cell)
    return Rows(columns, tuple(tuple(value for cell in row for value in cell.values()) for row in raw))

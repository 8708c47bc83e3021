"""What the siblings have in common: one query from its start to its last page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from typing import NamedTuple

from botocore.exceptions import ClientError, ParamValidationError

from scenario.query.errors import QueryBusyError, QueryRejectedError, QueryTimeoutError
from scenario.query.rows import Rows
from scenario.query.waiting import TimeTaken

PATIENCE = 600.0  # seconds


class Page(NamedTuple):
    """Some rows, and the token for those that follow."""

    rows: Rows
    token: str | None


class Store(ABC):
    """A store as one identity sees it.

    `patience` is how many seconds a query may take from start to last page.
    """

    def __init__(self, *, patience: float) -> None:
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
        time_taken = TimeTaken(self._patience)
        query_id = yield from self._started(sql, time_taken)
        try:
            page = yield from self._finished(query_id, time_taken)
            yield page.rows
            while page.token:
                yield time_taken.seconds()
                page = self._more(query_id, page)
                yield page.rows
        except (GeneratorExit, KeyboardInterrupt, QueryTimeoutError):
            with suppress(ClientError):  # it may have ended by now, and what we were told first matters more
                self._cancel(query_id)
            raise

    @abstractmethod
    def _start(self, sql: str) -> str:
        """The id of a query that is started now. Raises ClientError."""

    @abstractmethod
    def _is_busy(self, error: ClientError) -> bool:
        """Is this the refusal to run one more query at once?"""

    @abstractmethod
    def _is_rejection(self, error: ClientError) -> bool:
        """Is this the refusal of the SQL?"""

    @abstractmethod
    def _first(self, query_id: str) -> Page | None:
        """The first page; None while the query runs. Raises QueryError's children once it has ended otherwise."""

    @abstractmethod
    def _more(self, query_id: str, before: Page) -> Page:
        """The page that follows."""

    @abstractmethod
    def _cancel(self, query_id: str) -> None:
        """Stop the query. Raises ClientError."""

    def _started(self, sql: str, time_taken: TimeTaken) -> Generator[float, None, str]:
        for pause in time_taken.pauses():
            if pause:
                yield time_taken.seconds()
            try:
                return self._start(sql)
            except ParamValidationError as error:  # botocore's own check: no SQL at all
                raise QueryRejectedError("there is no SQL: say what is to be asked") from error
            except ClientError as error:
                if self._is_rejection(error):
                    raise QueryRejectedError(error.response["Error"]["Message"]) from error
                if not self._is_busy(error):
                    raise
        raise QueryBusyError("too many queries are running in this account; wait a minute and try again")

    def _finished(self, query_id: str, time_taken: TimeTaken) -> Generator[float, None, Page]:
        for pause in time_taken.pauses():
            if pause:
                yield time_taken.seconds()
            if page := self._first(query_id):
                return page
        raise QueryTimeoutError(f"no result after {self._patience:g} seconds")

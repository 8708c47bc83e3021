"""Queries of event data stores: started, run on a few threads, kept with their results."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import duckdb

from infra.local import chance
from infra.local.call import AwsError
from infra.local.lake import messages
from infra.local.lake.lake import Lake, inactive
from infra.local.lake.memory import bounded
from infra.local.lake.results import CHUNK, Results, trino_type
from infra.local.lake.sql import invalid, translate
from infra.local.lake.store import PENDING_DELETION, EventDataStore
from infra.local.lake.turns import Turns

MOST_CONCURRENT = 10  # in one account, queued ones included
MOST_RUNNING = 4  # of one account, while others wait: cross joins of one team must not stop a class
MOST_KEPT = 1_000  # of one account
LONGEST_STATEMENT = 10_000  # characters
TIMEOUT = 15.0  # seconds
AGAIN = 0.1  # seconds until a query that was stopped and goes on is interrupted again
MOST_ROWS = 100_000
EXHAUSTED = "Query exhausted resources at this scale factor"
EVENT_BYTES = 1_500  # of an average event: BytesScanned is an estimate

QUEUED, RUNNING, FINISHED, FAILED = "QUEUED", "RUNNING", "FINISHED", "FAILED"
CANCELLED, TIMED_OUT = "CANCELLED", "TIMED_OUT"


@dataclass(slots=True, kw_only=True)
class Query:
    """One query. `status` only moves on; once `done` is set nothing changes any more."""

    id: str  # a UUID
    account_id: str
    region: str
    statement: str  # as it was sent
    sql: str  # DuckDB's, over views of the stores: what is wrong with it is said of this
    narrow: str  # the same over no more columns than it names
    stores: Sequence[EventDataStore]
    created: datetime
    events_scanned: int
    delivery_uri: str | None = None
    status: str = QUEUED
    error: str | None = None
    milliseconds: int = 0
    results: Results = field(default_factory=lambda: Results(()))
    done: threading.Event = field(default_factory=threading.Event)
    slow: bool = False  # was not done at once
    timer: threading.Timer | None = None  # ends a slow query, or one that did not hear of its end
    stopped: str | None = None  # CANCELLED or TIMED_OUT, once somebody has asked for it

    @property
    def bytes_scanned(self) -> int:
        """An estimate."""
        return self.events_scanned * EVENT_BYTES


class Queries:
    """All queries of all accounts on one lake.

    `patience` is how long a start waits for the end, so that the first poll of a quick query finds it finished;
    `timeout` (from when it runs) and `most_rows` are the limits of one query. Times are in seconds.
    """

    def __init__(
        self,
        lake: Lake,
        *,
        workers: int = 8,
        patience: float = 0.05,
        timeout: float = TIMEOUT,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self._lake = lake
        self._turns = Turns(workers, each=MOST_RUNNING)
        self._patience = patience
        self._timeout = timeout
        self._most_rows = most_rows
        self._lock = threading.Lock()
        self._queries: dict[str, dict[str, Query]] = defaultdict(dict)  # by account and id, oldest first
        self._cursors: dict[str, duckdb.DuckDBPyConnection] = {}  # of queries that are not done, by id
        lake.before_close(self.close)

    def close(self) -> None:
        """Stop what runs."""
        for query in [query for queries in self._queries.values() for query in queries.values()]:
            self._stop(query, CANCELLED)
        self._turns.shutdown()

    def start(
        self,
        account_id: str,
        region: str,
        statement: str,
        *,
        created: datetime,
        delivery_uri: str | None = None,
        views: Mapping[str, str] | None = None,
    ) -> Query:
        """Start a query of the account's stores in the region; `views` are Athena's, see `translate`.

        Raises AwsError: InvalidQueryStatementException (too long, not one SELECT, unknown columns ...),
        EventDataStoreNotFoundException, InactiveEventDataStoreException, MaxConcurrentQueriesException.
        """
        if len(statement) > LONGEST_STATEMENT:
            raise invalid(f"The query is longer than {LONGEST_STATEMENT} characters")
        translation = translate(statement, views)
        stores = [self._lake.store(account_id, region, store_id) for store_id in translation.stores]
        if any(store.status == PENDING_DELETION for store in stores):
            raise inactive()
        query = Query(
            id=chance.uuid4(),
            account_id=account_id,
            region=region,
            statement=statement,
            sql=translation.sql,
            narrow=translation.over({s.id: self._lake.source(s, translation.columns) for s in stores}.__getitem__),
            stores=stores,
            created=created,
            events_scanned=self._lake.scanned(translation.spans),
            delivery_uri=delivery_uri,
        )
        cursor = self._lake.cursor()
        try:
            _bind(query, cursor)
            self._keep(query, cursor)
        except AwsError:
            cursor.close()
            raise
        self._turns.submit(account_id, partial(self._run, query, cursor))
        if not query.done.wait(self._patience):
            self._watch(query)
        return query

    def get(self, account_id: str, query_id: str) -> Query:
        """The account's query. Raises AwsError QueryIdNotFoundException."""
        query = self._queries.get(account_id, {}).get(query_id.lower())
        if query is None:
            raise AwsError("QueryIdNotFoundException", "The query ID does not exist or does not map to a query.")
        return query

    def of_store(self, store: EventDataStore) -> list[Query]:
        """The queries of a store, newest first."""
        queries = list(self._queries.get(store.account_id, {}).values())
        return [query for query in reversed(queries) if any(asked.id == store.id for asked in query.stores)]

    def cancel(self, account_id: str, query_id: str) -> Query:
        """Stop a query. Raises AwsError: QueryIdNotFoundException, InactiveQueryException (it has ended)."""
        query = self.get(account_id, query_id)
        if query.done.is_set() or not self._stop(query, CANCELLED):
            raise AwsError(
                "InactiveQueryException",
                f"The specified query cannot be canceled because it is in the {query.status} state.",
            )
        return query

    def _keep(self, query: Query, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._lock:
            queries = self._queries[query.account_id]
            if sum(not other.done.is_set() for other in queries.values()) >= MOST_CONCURRENT:
                raise AwsError(
                    "MaxConcurrentQueriesException",
                    f"The maximum number of concurrent queries is {MOST_CONCURRENT}. Wait a minute, then try again.",
                )
            queries[query.id] = query
            self._cursors[query.id] = cursor
            ended = [other.id for other in queries.values() if other.done.is_set()]
            for oldest in ended[: max(0, len(queries) - MOST_KEPT)]:
                del queries[oldest]

    def _watch(self, query: Query) -> None:
        with self._lock:
            query.slow = True
            if query.status == RUNNING:
                self._stop_in(self._timeout, query, TIMED_OUT)

    def _stop_in(self, seconds: float, query: Query, reason: str) -> None:
        if query.timer:
            query.timer.cancel()
        query.timer = threading.Timer(seconds, self._stop, [query, reason])
        query.timer.daemon = True
        query.timer.start()

    def _begin(self, query: Query) -> bool:
        """Run it now, unless it was stopped before."""
        with self._lock:
            if query.stopped is None:
                query.status = RUNNING
                if query.slow:
                    self._stop_in(self._timeout, query, TIMED_OUT)
        return query.status == RUNNING

    def _stop(self, query: Query, reason: str) -> bool:
        with self._lock:
            if query.done.is_set():
                return False
            first = query.stopped is None
            query.stopped = query.stopped or reason
            self._cursors[query.id].interrupt()
            if query.status == RUNNING:  # an interrupt that comes before the execution is lost
                self._stop_in(AGAIN, query, reason)
        return first

    def _run(self, query: Query, cursor: duckdb.DuckDBPyConnection) -> None:
        began = time.perf_counter()
        outcome = FAILED
        try:
            if self._begin(query):
                with bounded():
                    self._fetch(query, cursor)
                outcome = FAILED if query.error else FINISHED
        except duckdb.InterruptException:
            query.error = None
        except (duckdb.OutOfMemoryException, MemoryError):
            query.error = EXHAUSTED
        except duckdb.Error as error:
            query.error = messages.of_database(error, query.statement, query.sql)
        finally:
            query.milliseconds = round((time.perf_counter() - began) * 1000)
            with self._lock:
                query.status = query.stopped or outcome
                query.done.set()
                del self._cursors[query.id]
                if query.timer:
                    query.timer.cancel()
            if query.timer:
                query.timer.join()  # or an interpreter that ends now finds it, and all that it holds, alive
            cursor.close()

    def _fetch(self, query: Query, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(query.narrow)
        described = cursor.description or ()
        results = Results([column[0] for column in described], [trino_type(str(column[1])) for column in described])
        while rows := cursor.fetchmany(CHUNK):
            results.add(rows)
            if results.count > self._most_rows:
                query.error = f"The result has more than {self._most_rows:,} rows: narrow the query or add a LIMIT"
                return
            if query.stopped:
                return
        query.results = results


def _bind(query: Query, cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        with bounded():  # what is constant may be worked out here
            cursor.sql(query.narrow)
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise invalid(EXHAUSTED) from error
    except duckdb.Error as error:
        raise invalid(messages.of_database(_shown(error, query, cursor), query.statement, query.sql)) from error


def _shown(error: duckdb.Error, query: Query, cursor: duckdb.DuckDBPyConnection) -> duckdb.Error:
    """The same error with the line that it is about, which `sql` keeps to itself."""
    try:
        cursor.execute(query.sql)
    except duckdb.Error as shown:
        return shown
    return error

"""Queries: their course, their limits, and whose they are."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.queries import Queries, Query
from tests.infra.local.lake.sample import ACCOUNT, CREATED, REGION, record

SLOW = "select count(*) from EDS" + "".join(f" cross join unnest(sequence(1, 10000)) t{n}(x)" for n in range(4))


def run(queries: Queries, store: EventDataStore, sql: str, account_id: str = ACCOUNT) -> Query:
    """Start a query."""
    return queries.start(account_id, REGION, sql.replace("EDS", store.id), created=CREATED)


def begun(started: Sequence[Query]) -> bool:
    """Whether all of them run within some seconds: a thread that takes one up may have to wait for a processor."""
    deadline = time.monotonic() + 10
    while not all(query.status == "RUNNING" for query in started):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def code_of(action: Callable[[], Any]) -> str:
    """The error code that an action raises."""
    with pytest.raises(AwsError) as raised:
        action()
    return raised.value.code


def test_a_quick_query_is_finished_when_its_start_returns(lake: Lake, store: EventDataStore) -> None:
    """The first poll finds the result."""
    query = run(Queries(lake, patience=30), store, "select count(*) as total from EDS")
    assert (query.status, query.results.page(0, 10), query.events_scanned) == ("FINISHED", [[{"total": "5"}]], 5)


def test_a_slow_query_runs_until_it_is_cancelled(queries: Queries, store: EventDataStore) -> None:
    """A cancelled query has no result and cannot be cancelled again."""
    query = run(queries, store, SLOW)
    assert begun([query])
    queries.cancel(ACCOUNT, query.id)
    assert query.done.wait(10)
    assert (query.status, query.error, query.results.count) == ("CANCELLED", None, 0)
    assert code_of(lambda: queries.cancel(ACCOUNT, query.id)) == "InactiveQueryException"


def test_a_query_that_takes_too_long(lake: Lake, store: EventDataStore) -> None:
    """After the time limit a query is stopped."""
    query = run(Queries(lake, timeout=0.1), store, SLOW)
    assert query.done.wait(10)
    assert query.status == "TIMED_OUT"


def test_too_many_rows(lake: Lake, store: EventDataStore) -> None:
    """A result has a limit, which the error names."""
    query = run(Queries(lake, most_rows=4), store, "select eventname from EDS")
    assert query.done.wait(10)
    assert (query.status, query.error) == (
        "FAILED",
        "The result has more than 4 rows: narrow the query or add a LIMIT",
    )


@pytest.mark.parametrize(
    "greedy",
    [
        "select array_agg(t0.eventjson) from " + ", ".join(f"EDS t{n}" for n in range(9)),
        "select transform(sequence(1, 10000), x -> sequence(x, x + 9999)) from EDS",
        "select lpad('x', 100000, 'y') from EDS cross join unnest(sequence(1, 10000)) t(x)",
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what expressions take")
def test_too_much_memory(queries: Queries, store: EventDataStore, greedy: str) -> None:
    """A query that needs more memory than there is fails alone, whatever needs it."""
    query = run(queries, store, greedy)
    assert query.done.wait(30)
    assert (query.status, query.error) == ("FAILED", "Query exhausted resources at this scale factor")
    modest = run(queries, store, "select 1 as one from EDS limit 1")
    assert modest.done.wait(30)
    assert modest.status == "FINISHED"


def test_ten_at_once(queries: Queries, store: EventDataStore) -> None:
    """The eleventh query of an account is refused while ten have not ended."""
    running = [run(queries, store, SLOW) for _ in range(10)]
    assert code_of(lambda: run(queries, store, "select 1 as x from EDS")) == "MaxConcurrentQueriesException"
    for query in running:
        queries.cancel(ACCOUNT, query.id)
    assert all(query.done.wait(10) for query in running)
    assert {query.status for query in running} == {"CANCELLED"}
    assert run(queries, store, "select 1 as x from EDS").done.wait(10)


def test_a_greedy_account_stops_no_other(lake: Lake, queries: Queries, store: EventDataStore) -> None:
    """Four of its ten run and the rest are queued, while another account's query is answered."""
    greedy = [run(queries, store, SLOW) for _ in range(10)]
    assert begun(greedy[:4])
    assert [query.status for query in greedy] == ["RUNNING"] * 4 + ["QUEUED"] * 6
    other = "222222222222"
    theirs = lake.create_store(account_id=other, region=REGION, name="lab")
    query = run(queries, theirs, "select count(*) as total from EDS", other)
    assert query.done.wait(10)
    assert query.status == "FINISHED"
    queries.cancel(ACCOUNT, greedy[0].id)
    assert greedy[0].done.wait(10)
    for query in greedy[1:]:
        queries.cancel(ACCOUNT, query.id)
    assert all(query.done.wait(10) for query in greedy)
    assert {query.status for query in greedy} == {"CANCELLED"}


def test_a_query_that_is_stopped_before_it_runs_hears_of_it(lake: Lake, store: EventDataStore) -> None:
    """DuckDB forgets an interrupt that comes before the execution: it is said again, long before the time limit."""
    queries = Queries(lake, patience=0)
    for _ in range(12):
        query = run(queries, store, SLOW)
        while query.status == "QUEUED":
            pass
        queries.cancel(ACCOUNT, query.id)
        assert query.done.wait(10)
        assert (query.status, query.error) == ("CANCELLED", None)


def test_waiting_takes_nothing_of_a_querys_time(lake: Lake, store: EventDataStore) -> None:
    """A queued query ends no sooner after it began than the limit says."""
    limit = 0.4
    queries = Queries(lake, workers=1, timeout=limit)
    started = [run(queries, store, SLOW) for _ in range(2)]
    assert all(query.done.wait(10) for query in started)
    assert [query.status for query in started] == ["TIMED_OUT"] * 2
    assert started[1].milliseconds >= limit * 1000


def test_a_query_belongs_to_its_account(queries: Queries, store: EventDataStore) -> None:
    """Nobody else finds it, or the store."""
    query = run(queries, store, "select 1 as x from EDS")
    assert queries.get(ACCOUNT, query.id) is query
    assert code_of(lambda: queries.get("222222222222", query.id)) == "QueryIdNotFoundException"
    assert code_of(lambda: run(queries, store, "select 1 as x from EDS", "222222222222")) == (
        "EventDataStoreNotFoundException"
    )


def test_a_deleted_store_cannot_be_asked(lake: Lake, queries: Queries, store: EventDataStore) -> None:
    """Pending deletion is inactive."""
    lake.change_store(store, termination_protection=False)
    lake.delete_store(ACCOUNT, REGION, store.id)
    assert code_of(lambda: run(queries, store, "select 1 as x from EDS")) == "InactiveEventDataStoreException"


def test_the_longest_statement(queries: Queries, store: EventDataStore) -> None:
    """10,000 characters are allowed, one more is not."""
    statement = f"select 1 as x from {store.id} --"
    assert run(queries, store, statement.ljust(10_000, "x")).done.wait(10)
    assert code_of(lambda: run(queries, store, statement.ljust(10_001, "x"))) == "InvalidQueryStatementException"


def test_the_queries_of_a_store(queries: Queries, store: EventDataStore) -> None:
    """Newest first."""
    ids = [run(queries, store, "select 1 as x from EDS").id for _ in range(3)]
    assert [query.id for query in queries.of_store(store)] == ids[::-1]


def test_what_is_delivered_is_seen_at_once(lake: Lake, queries: Queries, store: EventDataStore) -> None:
    """Several threads deliver and ask at the same time; each sees its own events, and none is lost."""
    seen: dict[str, str] = {}

    def work(name: str) -> None:
        for _ in range(5):
            lake.deliver([record(eventName=name)])
        query = run(queries, store, f"select count(*) as n from EDS where eventname = '{name}'")
        assert query.done.wait(10)
        seen[name] = query.results.page(0, 1)[0][0]["n"]

    threads = [threading.Thread(target=work, args=[f"Call{n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {f"Call{n}": "5" for n in range(8)}

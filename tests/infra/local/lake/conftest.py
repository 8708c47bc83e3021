"""A lake with one event data store that holds five events, for tests of everything that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from infra.local.lake import EventDataStore, Lake
from infra.local.lake.queries import Queries, Query
from tests.infra.local.lake.sample import ACCOUNT, CREATED, EVENTS, REGION, SELECTORS


@dataclass(frozen=True)
class Answer:
    """A finished query's result."""

    columns: list[str]
    rows: list[list[str]]


@pytest.fixture
def lake() -> Iterator[Lake]:
    """An empty lake."""
    made = Lake()
    yield made
    made.close()


@pytest.fixture
def queries(lake: Lake) -> Queries:
    """Its queries."""
    return Queries(lake)


@pytest.fixture
def store(lake: Lake) -> EventDataStore:
    """An event data store of management events and S3 objects, with the five events in it."""
    made = lake.create_store(account_id=ACCOUNT, region=REGION, name="lab", selectors=SELECTORS, created=CREATED)
    lake.deliver(EVENTS)
    return made


@pytest.fixture
def start(queries: Queries, store: EventDataStore) -> Callable[[str], Query]:
    """A function that runs SQL, in which EDS stands for the store's id, to its end."""

    def run(sql: str) -> Query:
        query = queries.start(ACCOUNT, REGION, sql.replace("EDS", store.id), created=CREATED)
        assert query.done.wait(10)
        return query

    return run


@pytest.fixture
def ask(start: Callable[[str], Query]) -> Callable[[str], Answer]:
    """A function that gives the result of SQL, in which EDS stands for the store's id."""

    def run(sql: str) -> Answer:
        query = start(sql)
        assert query.error is None
        rows = query.results.page(0, 1_000) if query.results.count else []
        return Answer(list(query.results.columns), [[cell for one in row for cell in one.values()] for row in rows])

    return run

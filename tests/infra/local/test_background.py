"""Background events, as queries and lookups see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.background import load_background
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.history import Lookup, lookup
from infra.local.lake.queries import Queries
from tests.infra.local.lake.sample import ACCOUNT, REGION, SELECTORS, record

UNTIL = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
COUNT = 5_000
UUID_4 = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
LAB = (
    SELECTORS[0],
    {
        "Name": "the lab's buckets",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::drop/"]},
        ],
    },
)


@pytest.fixture
def lake() -> Iterator[Lake]:
    """An empty lake."""
    made = Lake()
    yield made
    made.close()


@pytest.fixture
def store(lake: Lake) -> EventDataStore:
    """A store as a lab has it, with background in it, created after it."""
    made = lake.create_store(account_id=ACCOUNT, region=REGION, name="lab", selectors=LAB, created=UNTIL)
    assert load_background(lake, ACCOUNT, region=REGION, count=COUNT, seed="seed", until=UNTIL) == COUNT
    return made


def ask(lake: Lake, store: EventDataStore, sql: str) -> list[list[str]]:
    """The rows of a query, in which EDS stands for the store's id."""
    query = Queries(lake).start(ACCOUNT, REGION, sql.replace("EDS", store.id), created=UNTIL)
    assert query.done.wait(30)
    assert query.error is None
    return [[cell for one in row for cell in one.values()] for row in query.results.page(0, 1_000)]


def history(lake: Lake, token: str | None = None, **attribute: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the event history."""
    key = next(iter(attribute.items()), None)
    day = Lookup(account_id=ACCOUNT, region=REGION, start=UNTIL - timedelta(days=2), end=UNTIL, attribute=key)
    return lookup(lake, day, most=50, token=token)


def test_all_of_them_are_there(lake: Lake, store: EventDataStore) -> None:
    """As many as asked for, each with an id of its own, within the day before."""
    assert lake.count(store) == COUNT
    ((count, ids, requests, oldest, newest),) = ask(
        lake,
        store,
        "select count(*), count(distinct eventid), count(distinct requestid), min(eventtime), max(eventtime) from EDS",
    )
    assert (count, ids, requests) == (str(COUNT), str(COUNT), str(COUNT))
    assert "2026-03-01 04:30:00" <= oldest < newest < "2026-03-02 04:30:00"


def test_a_whole_event_agrees_with_its_columns(lake: Lake, store: EventDataStore) -> None:
    """The record as text says what the columns say, also where EC2 repeats the request id in its answer."""
    rows = ask(
        lake,
        store,
        "select eventjson, eventid, requestid, date_format(eventtime, '%Y-%m-%dT%H:%i:%SZ'), "
        "element_at(responseelements, 'requestId') from EDS where eventname in ('CreateTags', 'ListBuckets')",
    )
    assert len(rows) > 5
    for text, event_id, request_id, moment, answered in rows:
        whole = json.loads(text)
        assert [whole["eventID"], whole["requestID"], whole["eventTime"]] == [event_id, request_id, moment]
        assert ((whole["responseElements"] or {}).get("requestId", "")) == answered
        assert answered in ("", request_id)
        assert "~" not in text


def test_no_instance_lists_buckets(lake: Lake, store: EventDataStore) -> None:
    """The module's first query finds nobody of the company, though instances and their look-alikes are at work."""
    principals = "select useridentity.principalid from EDS where useridentity.principalid like '%:i-%'"
    assert len(ask(lake, store, principals)) > 100
    assert ask(lake, store, f"{principals} and eventname = 'ListBuckets'") == []


def test_the_same_arguments_give_the_same_events(lake: Lake, store: EventDataStore) -> None:
    """Events come from the arguments alone."""
    sql = "select eventid, eventtime, eventname, useridentity.principalid from EDS order by eventid limit 1000"
    other = Lake()
    again = other.create_store(account_id=ACCOUNT, region=REGION, name="lab", selectors=LAB, created=UNTIL)
    load_background(other, ACCOUNT, region=REGION, count=COUNT, seed="seed", until=UNTIL)
    assert ask(other, again, sql) == ask(lake, store, sql)
    other.close()


def test_the_event_history_has_them_too(lake: Lake, store: EventDataStore) -> None:
    """Lookups find management events one by one, by attribute and page by page, newest first."""
    first, token = history(lake)
    second, _ = history(lake, token)
    times = [event["EventTime"] for event in [*first, *second]]
    assert (len(times), times) == (100, sorted(times, reverse=True))
    one = second[7]
    assert history(lake, EventId=one["EventId"])[0] == [one]
    assert json.loads(one["CloudTrailEvent"])["eventID"] == one["EventId"]


def test_a_store_that_comes_later_has_none(lake: Lake, store: EventDataStore) -> None:
    """Background belongs to the stores that were there when it was loaded."""
    later = lake.create_store(account_id=ACCOUNT, region=REGION, name="later", created=UNTIL)
    lake.deliver([record(eventTime="2026-03-02T05:00:00Z")])
    assert ask(lake, later, "select count(*) from EDS") == [["1"]]
    assert ask(lake, store, "select count(*) from EDS") == [[str(COUNT + 1)]]


def test_another_account_sees_nothing_of_it(lake: Lake, store: EventDataStore) -> None:
    """Neither in its store nor in its history; its own background is its own."""
    other = "222222222222"
    theirs = lake.create_store(account_id=other, region=REGION, name="lab", created=UNTIL)
    load_background(lake, other, region=REGION, count=10, seed="seed", until=UNTIL)
    rows = Queries(lake).start(other, REGION, f"select distinct recipientaccountid from {theirs.id}", created=UNTIL)
    assert rows.done.wait(10)
    assert rows.results.page(0, 10) == [[{"recipientaccountid": other}]]
    assert ask(lake, store, "select distinct recipientaccountid from EDS") == [[ACCOUNT]]


def test_none_at_all(lake: Lake) -> None:
    """Zero is a number of events."""
    assert load_background(lake, ACCOUNT, region=REGION, count=0, seed="seed", until=UNTIL) == 0


def test_ids_are_uuids_of_version_4(lake: Lake, store: EventDataStore) -> None:
    """As all ids of AWS are; no two events share one, and each event is found by its own."""
    rows = ask(lake, store, f"select count(distinct eventid), count(*) from EDS where regexp_like(eventid, '{UUID_4}')")
    assert rows == [[str(COUNT), str(COUNT)]]
    [[event_id], *_] = ask(lake, store, "select eventid from EDS order by eventid limit 1")
    events, _ = history(lake, EventId=event_id)
    assert [event["EventId"] for event in events] == [event_id]

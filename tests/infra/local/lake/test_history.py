"""The event history: what LookupEvents finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from infra.local.call import AwsError
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.history import Lookup, lookup
from tests.infra.local.lake.sample import ACCOUNT, EVENTS, REGION, record

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def wanted(key: str = "", value: str = "", **changes: object) -> Lookup:
    """A lookup over all of the time, by an attribute."""
    usual = {"account_id": ACCOUNT, "region": REGION, "start": START, "end": END}
    return Lookup(**{**usual, "attribute": (key, value) if key else None, **changes})  # type: ignore[arg-type]


def names(lake: Lake, looked_for: Lookup) -> list[str]:
    """The names of all events found."""
    return [event["EventName"] for event in lookup(lake, looked_for, most=50, token=None)[0]]


def test_one_event(lake: Lake, store: EventDataStore) -> None:
    """An event is shown with what LookupEvents says of it, and whole as text."""
    (event,), token = lookup(lake, wanted("EventName", "TerminateInstances"), most=50, token=None)
    assert token is None
    assert json.loads(event.pop("CloudTrailEvent")) == EVENTS[2]
    assert event == {
        "EventId": "00000000-0000-4000-8000-000000000003",
        "EventName": "TerminateInstances",
        "ReadOnly": "false",
        "AccessKeyId": "AKIAEXAMPLE000000001",
        "EventTime": datetime(2026, 3, 1, 10, tzinfo=UTC),
        "EventSource": "ec2.amazonaws.com",
        "Username": "an",
        "Resources": [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-0aaaaaaaaaaaaaaa1"}],
    }


def test_management_events_of_one_region_newest_first(lake: Lake, store: EventDataStore) -> None:
    """Data events are not in the history, nor those of other regions and accounts."""
    assert names(lake, wanted()) == ["ListUsers", "TerminateInstances", "ListBuckets"]
    assert names(lake, wanted(region="eu-west-1")) == ["AssumeRole"]
    assert names(lake, wanted(account_id="222222222222")) == []


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("EventId", "00000000-0000-4000-8000-000000000001", ["ListBuckets"]),
        ("EventName", "ListUsers", ["ListUsers"]),
        ("EventName", "listusers", []),
        ("EventSource", "ec2.amazonaws.com", ["TerminateInstances"]),
        ("ReadOnly", "true", ["ListUsers", "ListBuckets"]),
        ("ReadOnly", "false", ["TerminateInstances"]),
        ("Username", "an", ["ListUsers", "TerminateInstances"]),
        ("Username", "i-0aaaaaaaaaaaaaaa1", ["ListBuckets"]),
        ("AccessKeyId", "ASIAEXAMPLE000000001", ["ListBuckets"]),
        ("ResourceName", "i-0aaaaaaaaaaaaaaa1", ["TerminateInstances"]),
        ("ResourceName", "i-0aaaaaaaaaaaaaaa", []),
        ("ResourceType", "AWS::EC2::Instance", ["TerminateInstances"]),
        ("ResourceType", "AWS::EC2::Volume", []),
    ],
)
def test_an_attribute(lake: Lake, store: EventDataStore, key: str, value: str, found: list[str]) -> None:
    """Each attribute finds what has exactly its value."""
    assert names(lake, wanted(key, value)) == found


def test_a_range_of_time(lake: Lake, store: EventDataStore) -> None:
    """Both ends belong to it."""
    ten = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert names(lake, wanted(start=ten)) == ["ListUsers", "TerminateInstances"]
    assert names(lake, wanted(end=ten)) == ["TerminateInstances", "ListBuckets"]


def test_pages_neither_repeat_nor_miss(lake: Lake) -> None:
    """Events of one second keep an order, and those that arrive while one pages do not shift the rest."""
    lake.deliver([record(eventID=f"{n:03}") for n in range(120)])
    found: list[str] = []
    events, token = lookup(lake, wanted(), most=50, token=None)
    while True:
        found += [event["EventId"] for event in events]
        lake.deliver([record(eventID="later", eventTime="2026-03-03T00:00:00Z")])
        if token is None:
            break
        events, token = lookup(lake, wanted(), most=50, token=token)
    assert found == [f"{n:03}" for n in reversed(range(120))]


@pytest.mark.parametrize("token", ["", "x", "bm90IGpzb24=", "W10=", "WzEsMiwzLDQsNV0="])
def test_a_token_that_is_none(lake: Lake, token: str) -> None:
    """Tokens are ours or invalid."""
    with pytest.raises(AwsError, match="InvalidNextTokenException"):
        lookup(lake, wanted(), most=1, token=token)


def test_a_token_of_another_lookup(lake: Lake, store: EventDataStore) -> None:
    """A token goes with the parameters that it was given for."""
    _, token = lookup(lake, wanted(), most=1, token=None)
    with pytest.raises(AwsError, match="InvalidNextTokenException"):
        lookup(lake, wanted("EventName", "ListUsers"), most=1, token=token)

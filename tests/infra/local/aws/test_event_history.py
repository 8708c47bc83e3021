"""LookupEvents: what is found, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.aws.event_history import lookup_events
from infra.local.call import AwsError
from infra.local.lake import Lake
from tests.infra.local.lake.sample import CREATED, EVENTS, call

NOW = datetime(2026, 4, 1, tzinfo=UTC)
Ask = Callable[..., Mapping[str, Any]]


@pytest.fixture
def flushed() -> list[str]:
    """Grows each time what was answered before is asked for."""
    return []


@pytest.fixture
def ask(flushed: list[str]) -> Iterator[Ask]:
    """A function that looks up five events."""
    lake = Lake()
    lake.deliver(EVENTS)
    yield lambda **parameters: lookup_events(
        lake, lambda: flushed.append("flush"), call("LookupEvents", **{"time": NOW, **parameters})
    )
    lake.close()


def test_looking_up_events(ask: Ask, flushed: list[str]) -> None:
    """Management events of the last 90 days, newest first, paged."""
    first = ask(MaxResults=2)
    second = ask(MaxResults=2, NextToken=first["NextToken"])
    assert [event["EventName"] for event in [*first["Events"], *second["Events"]]] == [
        "ListUsers",
        "TerminateInstances",
        "ListBuckets",
    ]
    assert "NextToken" not in second
    assert flushed == ["flush", "flush"]
    late = datetime(2026, 3, 1, 9, 30, tzinfo=UTC) + timedelta(days=90)
    assert [event["EventName"] for event in ask(time=late)["Events"]] == ["ListUsers", "TerminateInstances"]
    assert ask(EventCategory="insight") == {"Events": []}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "x"}, "InvalidNextTokenException"),
        ({"StartTime": NOW, "EndTime": CREATED}, "InvalidTimeRangeException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}] * 2},
            "InvalidLookupAttributesException",
        ),
    ],
)
def test_wrong_parameters(ask: Ask, parameters: dict[str, Any], code: str) -> None:
    """Each has AWS's code."""
    with pytest.raises(AwsError) as raised:
        ask(**parameters)
    assert raised.value.code == code

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader.evidence.event import Event, get, items

RECORDS = Path(__file__).parents[2] / "infra" / "local" / "recorder" / "records.jsonl"
"""Records that AWS wrote."""


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDS.read_text("utf-8").splitlines()]


def first(name: str) -> Event:
    return next(Event(record) for record in records() if record["eventName"] == name and "errorCode" not in record)


def test_reads_every_record_that_aws_wrote() -> None:
    """No real record surprises the view, and none is changed by it."""
    for record in records():
        event = Event(record)
        read = (event.id, event.name, event.time.tzinfo, event.succeeded, type(event.role_arn))
        assert (record["eventID"], record["eventName"], UTC, "errorCode" not in record, str) == read
        assert [dict, dict] == [type(event.asked), type(event.answered)]
        assert event.raw is record


def test_reads_a_termination() -> None:
    """Sets of EC2's older calls are `items`."""
    event = first("TerminateInstances")
    [ended] = items(event.answered, "instancesSet")
    assert ended == {
        "instanceId": "i-0dbc91f429e48eeed",
        "currentState": {"code": 32, "name": "shutting-down"},
        "previousState": {"code": 16, "name": "running"},
    }
    assert event.time == datetime.fromisoformat("2023-07-10T12:08:06Z")


def test_reads_who_called_with_a_role() -> None:
    """The role of a session is its issuer; a user has none."""
    roles = {Event(record).role_arn for record in records() if record["userIdentity"]["type"] == "AssumedRole"}
    users = {Event(record).role_arn for record in records() if record["userIdentity"]["type"] == "IAMUser"}
    assert all(role.startswith("arn:aws:iam::") and ":role/" in role for role in roles)
    assert users == {""}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, []),
        (None, []),
        ({"items": [{"a": 1}]}, [{"a": 1}]),
        ({"item": {"a": 1}}, [{"a": 1}]),
        ({"item": [{"a": 1}, {"a": 2}]}, [{"a": 1}, {"a": 2}]),
        ([{"a": 1}], [{"a": 1}]),
        ({"a": 1, "tag": 1}, [{"a": 1, "tag": 1}]),
    ],
)
def test_reads_a_set_in_each_of_ec2s_forms(held: object, expected: list[dict[str, int]]) -> None:
    """Older calls, newer calls, none."""
    assert expected == items({"GroupSet": held}, "groupSet")


def test_unwraps_what_newer_calls_put_under_one_name() -> None:
    """`CreateSnapshotsRequest` and `CreateSnapshotsResponse` are no part of the question."""
    event = Event(
        {
            "requestParameters": {"CreateSnapshotsRequest": {"InstanceSpecification": {"InstanceId": "i-0"}}},
            "responseElements": {"CreateSnapshotsResponse": {"requestId": "r"}},
        }
    )
    assert event.asked == {"InstanceSpecification": {"InstanceId": "i-0"}}
    assert get(event.answered, "RequestID") == "r"

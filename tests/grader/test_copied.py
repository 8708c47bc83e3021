from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from grader.copied import Flag, Reference, flags
from grader.submissions import Submission


def key(team: str, **more: Any) -> dict[str, Any]:
    """A key that shares with every other what all labs share."""
    number = {"blue": "1", "red": "2"}[team]
    return {
        "instance_id": f"i-0000000000000000{number}",
        "primary_call": f"Call{number}",
        "read_only_calls": ["ListBuckets", f"Call{number}"],
        "uploaded_files": [f"a/{number}.csv", f"b/{number}.csv"],
        "footprint": [{"action": f"Call{number}", "service": "ec2", "region": "us-east-1"}],
        "prevention": ["session_manager"],
        **more,
    }


REFERENCES = {team: Reference(key=key(team), bucket=f"drop-{team}") for team in ("blue", "red")}


def flagged(*sheets: dict[str, Any], references: dict[str, Reference] = REFERENCES) -> list[Flag]:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    handed_in = [Submission(number=n, lab="blue", at=at, sheet=sheet) for n, sheet in enumerate(sheets, 1)]
    return flags(handed_in, "blue", references)


def test_own_work_is_not_flagged() -> None:
    """Right, wrong and partly right answers that nobody else could have."""
    assert flagged(key("blue"), {}, {"instance_id": "i-0bad", "uploaded_files": ["x"], "primary_call": "Other"}) == []


def test_another_teams_whole_sheet_is_flagged_field_by_field() -> None:
    """Where the keys differ: what all labs share, such as prevention, tells nothing."""
    fields = ("instance_id", "primary_call", "read_only_calls", "uploaded_files", "footprint")
    assert flagged({}, key("red")) == [Flag(team="blue", like="red", submission=2, fields=fields)]


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({"instance_id": "arn:aws:ec2:us-east-1:1:instance/I-00000000000000002"}, "instance_id"),
        ({"uploaded_files": ["a/1.csv", "s3://drop-red/B/2.csv"]}, "uploaded_files"),
        ({"read_only_calls": ["call2", "list-buckets"]}, "read_only_calls"),
    ],
)
def test_one_telling_field_is_enough_in_any_spelling(sheet: dict[str, Any], field: str) -> None:
    """One file of another lab's among the right ones; a list of calls that is the other's whole."""
    assert flagged(sheet) == [Flag(team="blue", like="red", submission=1, fields=(field,))]


def test_what_may_be_chance_is_not_flagged() -> None:
    """One wrong call of few, a part of a list, or a key that both teams share."""
    assert flagged({"primary_call": "Call2"}, {"read_only_calls": ["Call2"]}) == []
    shared = {team: Reference(key=key("blue"), bucket="drop") for team in ("blue", "red")}
    assert flagged(key("blue"), references=shared) == []


def test_an_answer_that_was_corrected_later_stays_flagged() -> None:
    """The history is kept."""
    assert [flag.submission for flag in flagged(key("red"), key("blue"))] == [1]

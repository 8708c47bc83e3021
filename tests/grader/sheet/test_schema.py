from __future__ import annotations

import json
from typing import Any

import pytest

from grader.sheet.parse import NotGradableError
from grader.sheet.schema import MAX_ERRORS, read_sheet

PERFECT: dict[str, Any] = {
    "instance_id": "i-0a1b2c3d4e5f60718",
    "primary_call": "ListBuckets",
    "read_only_calls": ["ListBuckets", "DescribeRegions"],
    "uploaded_files": ["export/Khách hàng.csv"],
    "footprint": [{"action": "ListBuckets", "service": "s3.amazonaws.com", "region": "us-east-1"}],
    "prevention": ["session_manager"],
}


def problems(sheet: object) -> list[tuple[str, str, str]]:
    with pytest.raises(NotGradableError) as caught:
        read_sheet(json.dumps(sheet))
    return [(error.path, error.found, error.expected) for error in caught.value.errors]


@pytest.mark.parametrize("sheet", [PERFECT, {}, {"uploaded_files": []}])
def test_a_sheet_of_any_of_the_answers_is_read(sheet: dict[str, Any]) -> None:
    """Every answer may be left out."""
    assert sheet == read_sheet(json.dumps(sheet))


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ([], ("", "[]", "an object")),
        ({"instance_id": 7}, ("instance_id", "7", "text")),
        ({"instance_id": None}, ("instance_id", "null", "text")),
        ({"uploaded_files": "a.txt"}, ("uploaded_files", '"a.txt"', "a list")),
        ({"uploaded_files": ["a", 5]}, ("uploaded_files[1]", "5", "text")),
        ({"instanceid": "i-1"}, ("instanceid", "an unknown field", "instance_id, perhaps")),
        ({"footprint": [{"action": "A", "service": "s3"}]}, ("footprint[0].region", "nothing", "this field")),
        ({"instance_id": "i" * 300}, ("instance_id", "300 characters", "at most 256 characters")),
        ({"prevention": ["x"] * 21}, ("prevention", "21 entries", "at most 20 entries")),
    ],
)
def test_what_the_schema_refuses_is_said_so_that_it_can_be_mended(
    sheet: object, expected: tuple[str, str, str]
) -> None:
    """Path, found, expected."""
    assert [expected] == problems(sheet)


def test_everything_is_said_once() -> None:
    """One entry without two of its fields and with two that it cannot have: four mistakes."""
    assert problems({"footprint": [{"action": "A", "verb": "A", "zone": "B"}]}) == [
        ("footprint[0].region", "nothing", "this field"),
        ("footprint[0].service", "nothing", "this field"),
        ("footprint[0].verb", "an unknown field", "one of action, region, service"),
        ("footprint[0].zone", "an unknown field", "one of action, region, service"),
    ]


def test_an_unknown_field_far_from_any_is_answered_with_all() -> None:
    """Nobody has to guess what fields there are."""
    [(path, found, expected)] = problems({"zzz": 1})
    assert (path, found) == ("zzz", "an unknown field")
    assert all(field in expected for field in PERFECT)


def test_many_errors_are_cut() -> None:
    """The first ones are enough to begin with."""
    assert len(problems({"read_only_calls": list(range(100))})) == MAX_ERRORS


def test_a_long_value_is_shown_cut() -> None:
    """Nobody wants half a megabyte back."""
    [(_, found, _)] = problems({"read_only_calls": "x" * 100_000})
    assert found == '"' + "x" * 79 + "… (100002 characters)"

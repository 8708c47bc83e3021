"""What a responder must get, by the simple model."""

from __future__ import annotations

import pytest

from scenario.responders.expected import Expected, expected
from scenario.responders.responder import fails, overlaps
from scenario.workshop import task

FILES = task("uploaded_files")  # 15 points
KEY = {"uploaded_files": ["a", "b", "c", "d"], "footprint": [{"action": "A", "region": "R"}]}


def test_what_is_not_listed_passes() -> None:
    """The reference learner's ending is every finding's, unless it is said otherwise."""
    assert expected({}, FILES, {}, KEY) == Expected("pass", 15)


def test_a_kind_stands_for_all_its_tasks_and_a_task_for_itself() -> None:
    """The task is asked first."""
    assert expected(fails("answer"), FILES, {}, KEY) == Expected("fail", 0)
    assert expected(fails("containment"), FILES, {}, KEY) == Expected("pass", 15)
    assert expected(fails("answer") | overlaps("uploaded_files"), FILES, KEY, KEY) == Expected("pass", 15)
    assert expected({"answer": "unknown"}, FILES, {}, KEY) == Expected("unknown", 0)


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        (["d", "c", "b", "a", "a"], Expected("pass", 15)),
        (["a", "b"], Expected("fail", 7.5)),
        (["a", "b", "c", "d", "e", "f", "g", "h"], Expected("fail", 7.5)),
        (["a", "e"], Expected("fail", 1.88)),
        (["A"], Expected("fail", 0)),
        ([], Expected("fail", 0)),
    ],
)
def test_an_overlap_is_worth_its_share(given: list[str], ending: Expected) -> None:
    """Found of wanted, times right of given."""
    assert expected(overlaps("uploaded_files"), FILES, {"uploaded_files": given}, KEY) == ending


def test_rows_are_the_same_in_any_order_of_columns() -> None:
    """A row is what it holds."""
    rows = {"footprint": [{"region": "R", "action": "A"}]}
    assert expected(overlaps("footprint"), task("footprint"), rows, KEY) == Expected("pass", 10)

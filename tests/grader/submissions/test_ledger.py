from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.submissions import ATTEMPTS_RESET, Act, Ledger, Submission, ledger

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BUCKET = "lab-drop-4711"
SHEETS = st.lists(
    st.dictionaries(st.sampled_from(["instance_id", "primary_call"]), st.sampled_from(["a", "A ", "b", "c"])),
    max_size=12,
)


def added_up(*sheets: dict[str, Any], limit: int = 10) -> Ledger:
    submissions = [Submission(number=n, lab="blue", at=NOW, sheet=sheet) for n, sheet in enumerate(sheets, 1)]
    return ledger(submissions, bucket=BUCKET, limit=limit)


def test_nothing_handed_in_is_nothing_used() -> None:
    """An empty sheet uses no attempt either."""
    assert added_up() == added_up({}) == Ledger(sheet={}, attempts={}, refused=frozenset())


def test_an_attempt_is_a_change_in_normal_form() -> None:
    """The same files in another order and another spelling are the same answer; the latest spelling stands."""
    once, twice = {"uploaded_files": ["a/1", "b/2"]}, {"uploaded_files": [f"s3://{BUCKET}/b/2", "A/1", "a/1"]}
    assert added_up(once, twice, once, twice) == Ledger(
        sheet=twice, attempts={"uploaded_files": 1}, refused=frozenset()
    )


def test_going_back_to_an_earlier_answer_is_a_change() -> None:
    """Attempts count answers, not different ones: trying all in turn is not free."""
    answers = [{"primary_call": call} for call in ("A", "B", "A")]
    assert added_up(*answers) == Ledger(sheet={"primary_call": "A"}, attempts={"primary_call": 3}, refused=frozenset())


def test_what_comes_after_the_last_attempt_is_refused() -> None:
    """Its earlier answer stays; other fields of the same sheet count; handing in what stands takes the refusal back."""
    sheets = ({"primary_call": "A"}, {"primary_call": "B", "instance_id": "i-1"})
    held = Ledger(
        sheet={"primary_call": "A", "instance_id": "i-1"},
        attempts={"primary_call": 1, "instance_id": 1},
        refused=frozenset({"primary_call"}),
    )
    assert added_up(*sheets, limit=1) == held
    assert added_up(*sheets, {"primary_call": "a"}, limit=1).refused == frozenset()


def test_an_organiser_gives_attempts_once_more() -> None:
    """Of one task, as often as they like; what was refused before stays refused."""
    answers = ["A", "B", "reset", "C", "D", "reset", "E"]
    sheets, acts = [], []
    for number, answer in enumerate(answers):
        at = NOW + timedelta(minutes=number)
        if answer == "reset":
            acts.append(Act(of="blue", kind=ATTEMPTS_RESET, at=at, detail="primary_call"))
        else:
            sheet = {"primary_call": answer, "instance_id": answer}
            sheets.append(Submission(number=number, lab="blue", at=at, sheet=sheet))
    acts.append(Act(of="blue", kind="another", at=NOW, detail="instance_id"))
    assert ledger(sheets, acts, bucket=BUCKET, limit=1) == Ledger(
        sheet={"primary_call": "E", "instance_id": "A"},
        attempts={"primary_call": 1, "instance_id": 1},
        refused=frozenset({"instance_id"}),
    )
    assert ledger(sheets[:3], acts, bucket=BUCKET, limit=1).attempts == {"instance_id": 1}


@given(SHEETS, st.integers(1, 4))
def test_attempts_never_exceed_the_limit_nor_the_answers(sheets: list[dict[str, str]], limit: int) -> None:
    """And each field that was ever answered has an answer that was handed in for it."""
    held = added_up(*sheets, limit=limit)
    for field in {field for sheet in sheets for field in sheet}:
        given_ = [sheet[field] for sheet in sheets if field in sheet]
        assert 1 <= held.attempts[field] <= min(limit, len(given_))
        assert held.sheet[field] in given_
    assert added_up(*sheets, limit=99).refused == frozenset()


@given(SHEETS)
def test_handing_in_every_sheet_twice_changes_nothing(sheets: list[dict[str, str]]) -> None:
    """Repeating is free."""
    assert added_up(*[sheet for sheet in sheets for _ in range(2)]) == added_up(*sheets)

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import Finding, Verdict
from grader.sheet.compare import SPELLINGS, compare, coverage, spelt
from scenario.workshop import tasks

KEY: dict[str, Any] = {
    "instance_id": "i-0a1b2c3d4e5f60718",
    "primary_call": "ListBuckets",
    "read_only_calls": ["ListBuckets", "DescribeRegions", "ListFunctions20150331"],
    "uploaded_files": ["a/1.csv", "a/2.csv", "a/3.csv", "a/4.csv"],
    "footprint": [
        {"action": "ListBuckets", "service": "s3.amazonaws.com", "region": "us-east-1"},
        {"action": "DescribeRegions", "service": "ec2.amazonaws.com", "region": "eu-west-1"},
    ],
    "prevention": ["session_manager", "patch"],
}

NAMES = st.sets(st.sampled_from("abcdefghij"), max_size=10)


def judged(field: str, answer: Any) -> Finding:
    return compare(field, 10, {field: answer}, KEY, bucket="lab-drop-4711")


def test_every_question_of_the_workshop_can_be_compared() -> None:
    """The table of spellings and the task file name the same fields."""
    assert set(SPELLINGS) == {task.id for task in tasks() if task.kind == "answer"}


@pytest.mark.parametrize("field", SPELLINGS)
def test_the_key_itself_passes(field: str) -> None:
    """A perfect sheet has full points for each field."""
    found = judged(field, KEY[field])
    assert (found.verdict, found.points) == (Verdict.PASS, 10)


@pytest.mark.parametrize("field", SPELLINGS)
def test_an_unanswered_field_fails_with_no_points(field: str) -> None:
    """The message says what is missing."""
    expected = Finding(
        id=field, verdict=Verdict.FAIL, points=0, max=10, message=f"Not answered yet: the sheet has no {field}."
    )
    assert expected == compare(field, 10, {}, KEY, bucket="b")


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("instance_id", "AROAEXAMPLE:I-0A1B2C3D4E5F60718"),
        ("primary_call", "s3:listbuckets"),
        ("read_only_calls", ["list-functions", "DESCRIBEREGIONS", "ListBuckets", "ListBuckets"]),
        ("uploaded_files", ["s3://lab-drop-4711/a/4.csv", "A/3.CSV", "lab-drop-4711/a/2.csv", "a/1.csv", "a/1.csv"]),
        (
            "footprint",
            [
                {"action": "describe-regions", "service": "Amazon EC2", "region": "EU-WEST-1"},
                {"action": "ListBuckets", "service": "S3", "region": "us-east-1"},
            ],
        ),
        (
            "footprint",
            [
                {"action": "aws ec2 describe-regions", "service": "ec2.eu-west-1.amazonaws.com", "region": "eu_west_1"},
                {"action": "s3.ListBuckets", "service": "s3api", "region": "US East (N. Virginia)"},
            ],
        ),
        ("prevention", ["Session Manager", "patch"]),
    ],
)
def test_right_answers_in_other_forms_pass(field: str, answer: Any) -> None:
    """Case, order, duplicates and spelling cost nothing."""
    assert judged(field, answer).verdict is Verdict.PASS


def test_a_part_scores_its_coverage_and_is_told_in_numbers_only() -> None:
    """(t/c)(t/n): three of four found among five given is 3/4 * 3/5."""
    expected = Finding(
        id="uploaded_files",
        verdict=Verdict.FAIL,
        points=4.5,
        max=10,
        message="3 of 4 found; 2 of those given do not belong.",
    )
    assert expected == judged("uploaded_files", ["a/1.csv", "a/2.csv", "a/3.csv", "x", "y"])


def test_points_are_of_two_places() -> None:
    """One of three found is 1/3 * 1."""
    assert judged("read_only_calls", ["ListBuckets"]).points == 3.33


@pytest.mark.parametrize(
    ("answer", "message"),
    [("ListBuckets", "Right."), ("PutObject", "Not right yet: look at the events again.")],
)
def test_one_answer_is_right_or_not_yet(answer: str, message: str) -> None:
    """There is nothing to count."""
    assert judged("primary_call", answer).message == message


def test_what_is_empty_in_a_row_is_not_filled_by_its_neighbour() -> None:
    """Three answers, whatever white space is in them."""
    rows = [
        {"action": "", "service": "s3 us-east-1", "region": ""},
        {"action": "s3", "service": "", "region": "us-east-1"},
        {"action": "", "service": "s3", "region": "us-east-1"},
        {"action": "s3", "service": "us-east-1", "region": ""},
    ]
    assert len(spelt("footprint", rows, "b")) == len(rows)


@pytest.mark.parametrize(("field", "answer"), [("instance_id", "i-0bbbbbbbbbbbbbbb1"), ("read_only_calls", [])])
def test_wrong_and_empty_answers_score_nothing(field: str, answer: Any) -> None:
    """Without a right answer there are no points."""
    found = judged(field, answer)
    assert (found.verdict, found.points, found.evidence) == (Verdict.FAIL, 0, ())


@pytest.mark.parametrize("field", SPELLINGS)
def test_no_feedback_to_a_wrong_answer_names_a_right_one(field: str) -> None:
    """Counts, never which."""
    wrong = [] if isinstance(KEY[field], list) else "nothing"
    found = repr(judged(field, wrong)).casefold()
    secrets = KEY[field] if isinstance(KEY[field], list) else [KEY[field]]
    leaves = [value for secret in secrets for value in (secret.values() if isinstance(secret, dict) else [secret])]
    assert [leaf for leaf in leaves if leaf.casefold() in found] == []


@given(NAMES, NAMES)
def test_coverage_is_between_0_and_1_and_whole_only_for_the_key(given_: set[str], wanted: set[str]) -> None:
    """1 exactly where both sets are the same, and there is something to find."""
    share = coverage(given_, wanted)
    assert 0 <= share <= 1
    assert (share == 1) == (given_ == wanted != set())


@given(NAMES, NAMES, st.sampled_from("abcdefghij"))
def test_coverage_is_monotone(given_: set[str], wanted: set[str], one: str) -> None:
    """One more right answer never costs, one more wrong one never helps."""
    before, after = coverage(given_, wanted), coverage(given_ | {one}, wanted)
    assert after >= before if one in wanted else after <= before


@given(st.permutations(KEY["uploaded_files"] + ["x", "y"]), st.integers(0, 6), st.integers(1, 3))
def test_order_and_repetition_do_not_matter(answers: list[str], cut: int, times: int) -> None:
    """Sets have neither."""
    assert judged("uploaded_files", sorted(answers[:cut])) == judged("uploaded_files", answers[:cut] * times)


ROW = {"action": "UpdateInstanceInformation", "service": "ssm", "region": "us-east-1"}


@given(
    st.sets(st.sampled_from([*KEY["read_only_calls"], "X", "Y"])),
    st.sets(st.sampled_from(["GetDocument", "PutInventory"])),
)
def test_an_agents_calls_are_neither_counted_nor_extra(given_: set[str], noise: set[str]) -> None:
    """With or without them an answer is worth the same, and is told the same."""
    assert judged("read_only_calls", sorted(given_)) == judged("read_only_calls", sorted(given_ | noise))


def test_an_agents_calls_are_neutral_in_the_footprint_too() -> None:
    """In any Region; a row that only looks like one is extra."""
    assert judged("footprint", [*KEY["footprint"], ROW]).verdict is Verdict.PASS
    assert judged("footprint", [*KEY["footprint"], {**ROW, "service": "ec2"}]).verdict is Verdict.FAIL


def test_an_agents_call_counts_where_the_key_has_it() -> None:
    """A story that makes such a call asks for it."""
    key = {"read_only_calls": ["GetDocument", "ListBuckets"]}
    full = compare("read_only_calls", 10, key, key, bucket="b")
    part = compare("read_only_calls", 10, {"read_only_calls": ["ListBuckets"]}, key, bucket="b")
    assert (full.points, part.points) == (10, 5)


def test_a_pass_names_its_proofs_and_a_fail_none() -> None:
    """Event ids by entry, each once; never what the learner wrote."""
    proofs = {"a/1.csv": ["e1", "e5"], "a/2.csv": ["e2"], "a/3.csv": ["e2"], "a/4.csv": ["e4"]}
    found = [
        compare("uploaded_files", 10, {"uploaded_files": files}, KEY, bucket="b", proofs=proofs).evidence
        for files in (KEY["uploaded_files"], KEY["uploaded_files"][:3])
    ]
    assert found == [("e1", "e5", "e2", "e4"), ()]

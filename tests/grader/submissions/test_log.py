"""What every submission log does: the same tests for the one in a file and the one in a table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from grader.report import Finding, Notebook, Report, Verdict
from grader.submissions import Act, Asked, Submission, SubmissionLog, Submissions, ledger
from grader.submissions.dynamodb import INLINE, TableLog
from tests.grader.event.table import make_table

OpenLog = Callable[[], AbstractContextManager[Submissions]]

NOW = datetime(2026, 11, 24, 10, 0, 0, 123, tzinfo=UTC)
REPORT = Report(
    team="blue",
    graded_at=NOW,
    findings=(Finding(id="isolated", verdict=Verdict.PASS, points=15, max=15, message="Done.", evidence=("e",)),),
)


@pytest.fixture
def table_log() -> Iterator[TableLog]:
    """A log in a table that nobody has written to."""
    with mock_aws():
        session = boto3.Session("a", "b", region_name="us-east-1")
        log = TableLog(session.client("dynamodb"), session.client("s3"), "event", "results")
        make_table(log.dynamodb, log.table)
        log.s3.create_bucket(Bucket=log.bucket)
        yield log


@pytest.fixture(params=["sqlite", "dynamodb"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> OpenLog:
    """Opens one and the same log."""
    if request.param == "sqlite":
        return partial(SubmissionLog.open, tmp_path / "submissions.db")
    log: TableLog = request.getfixturevalue("table_log")
    return lambda: nullcontext(log)


def test_keeps_sheets_of_each_team_in_order(open_log: OpenLog) -> None:
    """A team sees its own, the oldest first, also after it was closed."""
    with open_log() as log:
        numbers = [
            log.add_sheet("blue", {"instance_id": "i-1"}, NOW),
            log.add_sheet("red", {"instance_id": "i-2"}, NOW),
            log.add_sheet("blue", {"uploaded_files": ["Khách hàng.csv"]}, NOW),
        ]
    with open_log() as log:
        assert log.sheets("blue") == [
            Submission(number=numbers[0], lab="blue", at=NOW, sheet={"instance_id": "i-1"}),
            Submission(number=numbers[2], lab="blue", at=NOW, sheet={"uploaded_files": ["Khách hàng.csv"]}),
        ]
        assert log.sheets("green") == []


def test_keeps_reports(open_log: OpenLog) -> None:
    """A report comes back as it was, of its lab alone; the lab that was graded last comes last."""
    with open_log() as log:
        for lab in ("first", "second", "first"):
            log.add_report(lab, REPORT, NOW)
        assert (log.reports("first"), log.reports("second")) == ([REPORT, REPORT], [REPORT])
        assert (log.reports("blue"), log.graded()) == ([], ["second", "first"])
        assert (log.last_report("first"), log.last_report("blue")) == (REPORT, None)


def test_gives_the_last_report_of_a_time(open_log: OpenLog) -> None:
    """The last one of all, where no time is given; that moment counts as well."""
    reports = [replace(REPORT, graded_at=NOW + timedelta(seconds=n)) for n in range(3)]
    with open_log() as log:
        for report in reports:
            log.add_report("blue", report, report.graded_at)
        assert log.last_report("blue") == reports[2]
        assert log.last_report("blue", NOW + timedelta(seconds=1)) == reports[1]
        assert log.last_report("blue", NOW - timedelta(microseconds=1)) is None
        assert log.last_report("red") is None


def test_keeps_what_an_organiser_did(open_log: OpenLog) -> None:
    """In order, of one event or lab alone."""
    acts = [Act(of=of, kind=kind, at=NOW, detail="Khách") for of in ("event", "blue") for kind in ("pause", "resume")]
    with open_log() as log:
        for act in acts:
            log.add_act(act)
    with open_log() as log:
        assert (log.acts("event"), log.acts("blue"), log.acts("red")) == (acts[:2], acts[2:], [])


def test_knows_when_a_team_was_last_active(open_log: OpenLog) -> None:
    """Whatever it did last; that somebody graded it is no act of its own."""
    with open_log() as log:
        moments = [NOW + timedelta(seconds=n) for n in range(4)]
        active = []
        log.add_report("blue", REPORT, NOW)
        for act in (
            lambda at: log.add_sheet("blue", {}, at),
            lambda at: log.add_hints("blue", "isolated", 1, at),
            lambda at: log.add_query("blue", Asked(at=at, sql="", outcome="done", rows=0)),
            lambda at: log.add_notebook("blue", b"{}", at),
        ):
            active.append(log.active("blue"))
            act(moments[len(active) - 1])
        assert [*active, log.active("blue"), log.active("red")] == [None, *moments, None]


def test_keeps_queries(open_log: OpenLog) -> None:
    """What was asked on the page, and what came of it; of its lab alone, the oldest first."""
    asked = [
        Asked(at=NOW, sql="select 'Khách hàng'", outcome="done", rows=1),
        Asked(at=NOW + timedelta(seconds=1), sql="selct", outcome="rejected", rows=0),
    ]
    with open_log() as log:
        for one in asked:
            log.add_query("blue", one)
        assert (log.queries("blue"), log.queries("red")) == (asked, [])


def test_keeps_notebooks_as_they_are(open_log: OpenLog) -> None:
    """By hash and time, of its lab alone; the last one handed in again is still of its first time."""
    later = NOW + timedelta(minutes=1)
    with open_log() as log:
        handed = [
            ("blue", b"one", NOW),
            ("blue", b"one", later),
            ("red", b"one", later),
            ("blue", b"two", later),
            ("blue", b"one", later),
        ]
        kept = [log.add_notebook(*one) for one in handed]
    one, two = (hashlib.sha256(document).hexdigest() for document in (b"one", b"two"))
    with open_log() as log:
        assert log.notebooks("blue") == [kept[0], kept[3], kept[4]]
        assert kept == [
            Notebook(sha256=one, at=NOW),
            Notebook(sha256=one, at=NOW),
            Notebook(sha256=one, at=later),
            Notebook(sha256=two, at=later),
            Notebook(sha256=one, at=later),
        ]
        assert (log.notebook("blue", two), log.notebooks("green")) == (b"two", [])
        with pytest.raises(KeyError):
            log.notebook("red", two)


def test_later_fields_win_and_fields_left_out_stay(open_log: OpenLog) -> None:
    """A sheet may hold one answer at a time."""
    with open_log() as log:
        for sheet in ({"instance_id": "i-1", "primary_call": "A"}, {"primary_call": "B"}, {}):
            log.add_sheet("blue", sheet, NOW)
        assert ledger(log.sheets("blue"), bucket="b").sheet == {"instance_id": "i-1", "primary_call": "B"}


def test_two_submissions_at_one_moment_are_both_kept(open_log: OpenLog) -> None:
    """Threads of one desk, and two desks."""
    with open_log() as one, open_log() as other, ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: (one, other)[n % 2].add_sheet("blue", {"n": n}, NOW), range(60)))
        kept = one.sheets("blue")
    assert sorted(numbers) == [s.number for s in kept]
    assert sorted(s.sheet["n"] for s in kept) == list(range(60))


def test_large_documents_are_kept_as_well(open_log: OpenLog) -> None:
    """Larger than an item of a table can be."""
    sheet = {"uploaded_files": ["x" * 2 * INLINE]}
    with open_log() as log:
        log.add_sheet("blue", sheet, NOW)
        kept = log.add_notebook("blue", b"y" * 2 * INLINE, NOW)
        assert [submission.sheet for submission in log.sheets("blue")] == [sheet]
        assert log.notebook("blue", kept.sha256) == b"y" * 2 * INLINE


def test_a_team_has_more_than_one_answer_of_aws_holds(open_log: OpenLog) -> None:
    """Documents of some megabytes in all, which come page by page."""
    reports = [replace(REPORT, team="x" * (INLINE // 2), graded_at=NOW + timedelta(seconds=n)) for n in range(12)]
    with open_log() as log:
        for report in reports:
            log.add_report("blue", report, report.graded_at)
        assert log.reports("blue") == reports
        assert log.last_report("blue", NOW) == reports[0]


def test_hints_are_counted_once(open_log: OpenLog) -> None:
    """However often the same ones are shown."""
    with open_log() as log:
        log.add_hints("blue", "isolated", 2, NOW)
        log.add_hints("blue", "isolated", 1, NOW + timedelta(seconds=1))
        log.add_hints("blue", "snapshotted", 1, NOW)
        assert (log.hints("blue"), log.hints("red")) == ({"isolated": 2, "snapshotted": 1}, {})


def test_one_notebook_handed_in_twice_at_one_moment_is_one(open_log: OpenLog) -> None:
    """Whoever comes second is told of the first."""
    with open_log() as log, ThreadPoolExecutor(4) as pool:
        kept = set(pool.map(lambda n: log.add_notebook("blue", b"one", NOW + timedelta(seconds=n)), range(4)))
        assert log.notebooks("blue") == list(kept)


def test_a_table_is_only_ever_added_to(table_log: TableLog) -> None:
    """An item that is there is never written over: what counts up is all that changes."""
    table_log.add_sheet("blue", {"n": 1}, NOW)
    table_log.dynamodb.update_item(  # as if a count were lost
        TableName="event",
        Key={"pk": {"S": "numbers"}, "sk": {"S": "sheet"}},
        UpdateExpression="SET #last = :none",
        ExpressionAttributeNames={"#last": "last"},
        ExpressionAttributeValues={":none": {"N": "0"}},
    )
    table_log.add_sheet("blue", {"n": 2}, NOW)
    assert [submission.sheet for submission in table_log.sheets("blue")] == [{"n": 1}, {"n": 2}]

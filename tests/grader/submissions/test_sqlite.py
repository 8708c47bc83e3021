from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.report import Finding, Notebook, Report, Verdict
from grader.submissions import Act, Asked, Submission, SubmissionLog, ledger

NOW = datetime(2026, 11, 24, 10, 0, 0, 123, tzinfo=UTC)
REPORT = Report(
    team="blue",
    graded_at=NOW,
    findings=(Finding(id="isolated", verdict=Verdict.PASS, points=15, max=15, message="Done.", evidence=("e",)),),
)


def test_keeps_sheets_of_each_team_in_order(tmp_path: Path) -> None:
    """A team sees its own, the oldest first, also after the file was closed."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        numbers = [
            log.add_sheet("blue", {"instance_id": "i-1"}, NOW),
            log.add_sheet("red", {"instance_id": "i-2"}, NOW),
            log.add_sheet("blue", {"uploaded_files": ["Khách hàng.csv"]}, NOW),
        ]
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        assert log.sheets("blue") == [
            Submission(number=numbers[0], lab="blue", at=NOW, sheet={"instance_id": "i-1"}),
            Submission(number=numbers[2], lab="blue", at=NOW, sheet={"uploaded_files": ["Khách hàng.csv"]}),
        ]
        assert log.sheets("green") == []


def test_keeps_reports(tmp_path: Path) -> None:
    """A report comes back as it was, of its lab alone; the lab that was graded last comes last."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        for lab in ("first", "second", "first"):
            log.add_report(lab, REPORT, NOW)
        assert (log.reports("first"), log.reports("second")) == ([REPORT, REPORT], [REPORT])
        assert (log.reports("blue"), log.graded()) == ([], ["second", "first"])
        assert (log.last_report("first"), log.last_report("blue")) == (REPORT, None)


def test_gives_the_last_report_of_a_time(tmp_path: Path) -> None:
    """The last one of all, where no time is given; that moment counts as well."""
    reports = [replace(REPORT, graded_at=NOW + timedelta(seconds=n)) for n in range(3)]
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        for report in reports:
            log.add_report("blue", report, report.graded_at)
        assert log.last_report("blue") == reports[2]
        assert log.last_report("blue", NOW + timedelta(seconds=1)) == reports[1]
        assert log.last_report("blue", NOW - timedelta(microseconds=1)) is None
        assert log.last_report("red") is None


def test_keeps_what_an_organiser_did(tmp_path: Path) -> None:
    """In order, of one event or lab alone."""
    acts = [Act(of=of, kind=kind, at=NOW, detail="Khách") for of in ("event", "blue") for kind in ("pause", "resume")]
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        for act in acts:
            log.add_act(act)
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        assert (log.acts("event"), log.acts("blue"), log.acts("red")) == (acts[:2], acts[2:], [])


def test_knows_when_a_team_was_last_active(tmp_path: Path) -> None:
    """Whatever it did last; that somebody graded it is no act of its own."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
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


def test_keeps_queries(tmp_path: Path) -> None:
    """What was asked on the page, and what came of it; of its lab alone, the oldest first."""
    asked = [
        Asked(at=NOW, sql="select 'Khách hàng'", outcome="done", rows=1),
        Asked(at=NOW + timedelta(seconds=1), sql="selct", outcome="rejected", rows=0),
    ]
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        for one in asked:
            log.add_query("blue", one)
        assert (log.queries("blue"), log.queries("red")) == (asked, [])


def test_keeps_notebooks_as_they_are(tmp_path: Path) -> None:
    """By hash and time, of its lab alone; the last one handed in again is still of its first time."""
    later = NOW + timedelta(minutes=1)
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        handed = [
            ("blue", b"one", NOW),
            ("blue", b"one", later),
            ("red", b"one", later),
            ("blue", b"two", later),
            ("blue", b"one", later),
        ]
        kept = [log.add_notebook(*one) for one in handed]
    one, two = (hashlib.sha256(document).hexdigest() for document in (b"one", b"two"))
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
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


def test_later_fields_win_and_fields_left_out_stay(tmp_path: Path) -> None:
    """A sheet may hold one answer at a time."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        for sheet in ({"instance_id": "i-1", "primary_call": "A"}, {"primary_call": "B"}, {}):
            log.add_sheet("blue", sheet, NOW)
        assert ledger(log.sheets("blue"), bucket="b").sheet == {"instance_id": "i-1", "primary_call": "B"}


def test_two_submissions_at_one_moment_are_both_kept(tmp_path: Path) -> None:
    """Threads of one desk, and two desks on one file."""
    path = tmp_path / "submissions.db"
    with SubmissionLog.open(path) as one, SubmissionLog.open(path) as other, ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: (one, other)[n % 2].add_sheet("blue", {"n": n}, NOW), range(60)))
        kept = one.sheets("blue")
    assert sorted(numbers) == [s.number for s in kept]
    assert sorted(s.sheet["n"] for s in kept) == list(range(60))


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """The process ends without any farewell right after the call returned."""
    path = tmp_path / "submissions.db"
    script = (
        "import os, sys, datetime, pathlib\n"
        "from grader.submissions import SubmissionLog\n"
        "log = SubmissionLog(pathlib.Path(sys.argv[1]))\n"
        "log.add_sheet('blue', {'instance_id': 'i-1'}, datetime.datetime.now(datetime.UTC))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    with SubmissionLog.open(path) as log:
        assert [s.sheet for s in log.sheets("blue")] == [{"instance_id": "i-1"}]


def test_desks_that_are_killed_while_they_write_lose_nothing_that_they_acknowledged(tmp_path: Path) -> None:
    """Several processes on one file, each killed amid its writes: what any of them had said is kept, and whole."""
    path = tmp_path / "submissions.db"
    script = (
        "import sys, datetime, itertools, pathlib\n"
        "from grader.submissions import SubmissionLog\n"
        "log = SubmissionLog(pathlib.Path(sys.argv[1]))\n"
        "for n in itertools.count():\n"
        "    number = log.add_sheet(sys.argv[2], {'n': n}, datetime.datetime.now(datetime.UTC))\n"
        "    print(number, n, flush=True)\n"
    )
    desks = {
        team: subprocess.Popen([sys.executable, "-c", script, path, team], stdout=subprocess.PIPE, text=True)
        for team in ("blue", "red", "green")
    }
    said: dict[str, list[str]] = {}
    for team, desk in desks.items():
        assert desk.stdout is not None
        said[team] = [desk.stdout.readline() for _ in range(20)]
        desk.kill()
        said[team] += desk.stdout.readlines()
        desk.stdout.close()
        desk.wait()
    with SubmissionLog.open(path) as log:
        for team, lines in said.items():
            acknowledged = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]
            kept = [(submission.number, submission.sheet["n"]) for submission in log.sheets(team)]
            assert kept[: len(acknowledged)] == acknowledged
            assert len(kept) - len(acknowledged) <= 1  # at most the one whose answer the kill cut off


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sheets SET document = '{}'",
        "DELETE FROM sheets",
        "UPDATE notebooks SET at = ''",
        "DELETE FROM notebooks",
        "UPDATE queries SET sql = ''",
        "DELETE FROM queries",
        "UPDATE acts SET kind = ''",
        "DELETE FROM acts",
    ],
)
def test_nothing_is_changed_or_taken_out(tmp_path: Path, statement: str) -> None:
    """The file itself refuses, whoever asks."""
    path = tmp_path / "submissions.db"
    with SubmissionLog.open(path) as log:
        log.add_sheet("blue", {}, NOW)
        log.add_notebook("blue", b"{}", NOW)
        log.add_query("blue", Asked(at=NOW, sql="", outcome="done", rows=0))
        log.add_act(Act(of="event", kind="pause", at=NOW))
    connection = sqlite3.connect(path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute(statement)
    finally:
        connection.close()


def test_only_the_organiser_can_read_the_file(tmp_path: Path) -> None:
    """Answers are nobody else's business."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        log.add_sheet("blue", {}, NOW)
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(modes, "0o600")

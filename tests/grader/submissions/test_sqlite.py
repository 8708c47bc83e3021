from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.report import Finding, Report, Verdict
from grader.submissions import Act, Asked, SubmissionLog

NOW = datetime(2026, 11, 24, 10, 0, 0, 123, tzinfo=UTC)
REPORT = Report(
    team="blue",
    graded_at=NOW,
    findings=(Finding(id="isolated", verdict=Verdict.PASS, points=15, max=15, message="Done.", evidence=("e",)),),
)


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

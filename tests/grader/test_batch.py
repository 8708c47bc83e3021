from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.batch import Graded, grade_all
from grader.report import Verdict
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import KEY, desk_team

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
TOKEN = "a-token-of-128-bits-or-more-"


def broken_sheet(path: Path, team: str, document: str) -> None:
    """A sheet that no desk would have let in."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO sheets (lab, at, document) VALUES (?, ?, ?)", (team, NOW.isoformat(), document))
    connection.close()


def no_key() -> dict[str, Any]:
    """A fault of the lab."""
    raise KeyError("no such story")


def test_nobody_stops_the_class(tmp_path: Path) -> None:
    """Broken sheets, accounts that cannot be asked and faults of the lab are told of their team, in order."""
    path = tmp_path / "submissions.db"
    names = ("blue", "cut", "odd", "faulty", "last")
    desks = [desk_team(name, TOKEN + name) for name in names]
    desks[3] = replace(desks[3], key=no_key)
    heard: list[Graded] = []
    with SubmissionLog.open(path) as log:
        broken_sheet(path, "cut", '{"instance_id": ')
        for row in (3, 4):
            broken_sheet(path, "odd", json.dumps({"footprint": [row]}))
        log.add_sheet("last", KEY, NOW)
        ended = grade_all(desks, log, heard.append)
        kept = sorted(log.graded())
    assert [graded.team for graded in ended] == list(names)
    assert {graded.team: graded for graded in heard} == {graded.team: graded for graded in ended}
    assert [graded.report is not None for graded in ended] == [True, False, False, False, True]
    assert ended[1].trouble.startswith("JSONDecodeError: ")
    assert ended[2].trouble.startswith("TypeError: ")
    assert ended[3].trouble == "KeyError: 'no such story'"
    assert kept == ["blue", "last"]
    last = ended[4].report
    assert last is not None
    assert {f.verdict for f in last.findings if f.id in {"isolated", "terminated"}} == {Verdict.UNKNOWN}


def test_a_team_is_a_document_with_its_report_or_its_trouble() -> None:
    """As `lab grade --all --json` prints it."""
    assert Graded(team="red", trouble="ValueError: no").as_json() == {
        "team": "red",
        "report": None,
        "trouble": "ValueError: no",
    }

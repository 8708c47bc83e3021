"""What is kept after an event, and what is forgotten."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.report import Report
from infra.bundle.folder import FolderNotEmptyError
from infra.cli import lab
from infra.event.backup import save
from infra.event.roster import Entry, read
from infra.event.venue import BUNDLE, REPORT
from scenario.exits import Exit

ROSTER = """\
language,team,account_id,emails,region,remark
vi,red,111122223333,an@example.com;binh@example.com,eu-west-1,"first, loud"
,,444455556666, ada@example.com ,us-east-1,
"""
REST = """\
language,team,account_id,emails,region,remark
vi,red,111122223333,,eu-west-1,"first, loud"
,,444455556666,,us-east-1,
"""


def test_addresses_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    """Every other cell is as it was, and the file is for the same people; once more is no error."""
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    roster.chmod(0o640)
    words = ["event", "forget", "--roster", str(roster)]
    done = CliRunner().invoke(lab, words, standalone_mode=False)
    assert (done.return_value, done.stdout) == (Exit.DONE, f"{roster}: 3 addresses are gone\n")
    assert (roster.read_text("utf-8"), roster.stat().st_mode & 0o777) == (REST, 0o640)
    assert [team.emails for team in read(roster)] == [(), ()]
    assert CliRunner().invoke(lab, words, standalone_mode=False).stdout == f"{roster}: 0 addresses are gone\n"
    assert [path.name for path in tmp_path.iterdir()] == ["roster.csv"]


def test_a_backup_can_be_checked_and_is_never_overwritten(tmp_path: Path) -> None:
    """Every file with its sum, the class as a table, all for its owner alone."""
    entry = Entry(team="red", account_id="111122223333", region="eu-west-1", emails=(), language="en")
    report = Report(team="red", findings=(), graded_at=datetime(2026, 11, 24, tzinfo=UTC))
    files = {REPORT: report_bytes(report), BUNDLE: b"{}"}
    folder = tmp_path / "backup"
    sums = save([(entry, files)], folder, lambda _: None)
    assert list(sums) == ["red/report.json", "red/bundle.json", "class.csv"]
    assert sums["red/bundle.json"] == hashlib.sha256(b"{}").hexdigest()
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert (folder / "class.csv").read_text("utf-8").splitlines()[1].startswith("red,2026-11-24")
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FolderNotEmptyError, match="is not an empty folder"):
        save([(entry, files)], folder, lambda _: None)


def test_a_backup_of_nobody_is_no_folder(tmp_path: Path) -> None:
    """Nothing is there to keep."""
    assert save([], tmp_path / "backup", lambda _: None) == {}
    assert not (tmp_path / "backup").exists()


def report_bytes(report: Report) -> bytes:
    """As it is kept."""
    return json.dumps(report.as_json()).encode()

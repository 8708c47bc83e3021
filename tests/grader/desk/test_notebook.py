from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from grader.client import Portal
from grader.desk import notebook as endpoint
from grader.desk.app import create_app
from grader.notebook.executed import MAX_BYTES
from grader.report import Notebook
from grader.sheet.parse import NotGradableError
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.notebook.test_executed import ROWS, SQL, code, notebook
from tests.grader.serving import serving

FILE = notebook(code(SQL, ROWS), code("1", count=None))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


@pytest.fixture
def portal(log: SubmissionLog) -> Iterator[Portal]:
    with serving(create_app((desk_team(),), log)) as url:
        yield Portal(url, TOKEN)


def test_a_notebook_is_kept_as_it_is_and_named_in_the_report(portal: Portal, log: SubmissionLog) -> None:
    """To the byte; the report has its hash and its time, and no points for it."""
    before = portal.report()
    kept = portal.submit_notebook(FILE)
    sha256 = hashlib.sha256(FILE).hexdigest()
    assert kept == {"sha256": sha256, "at": kept["at"], "cells": 2, "run": 1, "queries": 1}
    assert log.notebook("blue", sha256) == FILE
    after = portal.report()
    assert (before.notebook, after.notebook) == (None, Notebook.from_json(kept))
    assert after.score == before.score


def test_the_last_one_counts(portal: Portal) -> None:
    """Handing in again replaces nothing: the report names the latest."""
    other = notebook(code(SQL, ROWS))
    for file in (FILE, other):
        kept = portal.submit_notebook(file)
    assert portal.report().notebook == Notebook.from_json(kept)


def test_what_is_no_evidence_is_not_kept(portal: Portal, log: SubmissionLog) -> None:
    """Malformed or too long: what to mend."""
    with pytest.raises(NotGradableError, match=r"^cells: expected a notebook that was run"):
        portal.submit_notebook(notebook(code(SQL, count=None)))
    with pytest.raises(NotGradableError, match=f"^the whole: expected at most {MAX_BYTES} bytes, found a longer text$"):
        portal.submit_notebook(b" " * (MAX_BYTES + 1))
    assert log.notebooks("blue") == []


def test_there_is_an_end_to_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """One lab's notebooks do not fill the disk."""
    monkeypatch.setattr(endpoint, "MOST", 1)
    portal.submit_notebook(FILE)
    with pytest.raises(NotGradableError, match="at most 1 of one lab"):
        portal.submit_notebook(notebook(code(SQL, ROWS)))


def test_nobody_hands_in_a_notebook_without_a_token(portal: Portal) -> None:
    """401, as everywhere."""
    assert httpx.post(f"{portal._url}/api/notebook", content=FILE).status_code == 401

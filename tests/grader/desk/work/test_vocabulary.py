from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.work.vocabulary import Seen, vocabulary
from grader.submissions import SubmissionLog
from infra.deploy.desks import desks
from infra.deploy.state import Lab
from infra.local.lake import functions, schema
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def test_columns_and_functions_are_those_of_lake() -> None:
    """Every column, with fields of the identity beside them; no function that the lab's store does not have."""
    known = vocabulary()
    assert tuple(name for name in known["columns"] if "." not in name) == tuple(schema.COLUMNS)
    assert set(known["functions"]) <= set(functions.FUNCTIONS) | {"count"}


def test_calls_and_services_are_those_of_the_store(lab: Lab, log: SubmissionLog) -> None:
    """Through the learner's own role."""
    served = desks(lab, b"a secret")
    with serving(create_app(served, log)) as url:
        answer = httpx.get(f"{url}/api/columns", headers={"Authorization": f"Bearer {served[0].token}"}, timeout=30)
    told = answer.json()
    assert (answer.status_code, sorted(told)) == (200, ["calls", "columns", "functions", "services"])
    assert {"ListBuckets", "PutObject"} <= set(told["calls"])
    assert "s3.amazonaws.com" in told["services"]
    assert len(set(told["calls"])) == len(told["calls"])


def test_nothing_rests_on_it() -> None:
    """Where AWS does not answer there is less to complete, and no error."""
    assert Seen().of(desk_team()) == {"services": [], "calls": []}


def test_nobody_gets_it_without_a_token(log: SubmissionLog) -> None:
    """As everywhere."""
    with serving(create_app((desk_team(token=TOKEN),), log)) as url:
        assert httpx.get(f"{url}/api/columns").status_code == 401

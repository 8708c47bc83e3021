from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.containment.judgement import ARRIVES
from grader.event.again import again_at
from grader.grade import open_question
from grader.report import Finding, Report, Verdict
from scenario.workshop import tasks
from tests.grader.scenes import Scene


def report(*findings: Finding, at: datetime) -> Report:
    return Report(team="blue", findings=findings, graded_at=at)


@pytest.mark.parametrize("hour", [10, 23])
def test_the_last_of_all_moments_counts(hour: int) -> None:
    """As the grader itself writes them, over midnight as well."""
    evidence = Scene().evidence()
    at = evidence.gathered_at.replace(hour=hour, minute=58)
    late = [
        open_question(task, replace(evidence, gathered_at=at), "It is not there yet.", again)
        for task, again in zip(tasks(), (timedelta(minutes=1), ARRIVES), strict=False)
    ]
    assert again_at(report(*late, at=at)) == (at + ARRIVES).replace(microsecond=0)


def test_nothing_is_asked_again_that_is_settled() -> None:
    """Whatever its message says."""
    settled = Finding(
        id="isolated", verdict=Verdict.FAIL, points=0, max=15, message="No. Ask again after 10:00:00 UTC."
    )
    assert again_at(report(settled, at=datetime(2026, 1, 1, tzinfo=UTC))) is None

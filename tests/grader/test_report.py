from __future__ import annotations

import pytest

from grader.report import Finding, Report, Verdict


def report(*verdicts: Verdict) -> Report:
    points = {Verdict.PASS: 10, Verdict.FAIL: 2.5, Verdict.UNKNOWN: 0}
    findings = (
        Finding(id=f"task_{n}", verdict=v, points=points[v], max=10, message=f"{v}.", evidence=(f"event-{n}",))
        for n, v in enumerate(verdicts)
    )
    return Report(team="blue", findings=tuple(findings))


def test_the_report_is_the_document_that_the_command_line_promises() -> None:
    """Schema, score, open points, maximum, and findings whole."""
    assert report(Verdict.FAIL, Verdict.UNKNOWN).as_json() == {
        "schema": "ec2-investigation-lab/report/1",
        "team": "blue",
        "score": 2.5,
        "open": 10,
        "max": 20,
        "findings": [
            {
                "id": "task_0",
                "verdict": "fail",
                "points": 2.5,
                "max": 10,
                "message": "fail.",
                "evidence": ["event-0"],
            },
            {
                "id": "task_1",
                "verdict": "unknown",
                "points": 0,
                "max": 10,
                "message": "unknown.",
                "evidence": ["event-1"],
            },
        ],
    }


def test_a_report_survives_being_sent() -> None:
    """What the desk answers is what the learner's side reads."""
    sent = report(*Verdict)
    assert Report.from_json(sent.as_json()) == sent


def test_another_schema_is_refused() -> None:
    """A later lab's report is not misread."""
    with pytest.raises(ValueError, match="expected a report of schema"):
        Report.from_json({"schema": "ec2-investigation-lab/report/99"})


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((Verdict.PASS, Verdict.PASS), Verdict.PASS),
        ((Verdict.PASS, Verdict.UNKNOWN), Verdict.UNKNOWN),
        ((Verdict.UNKNOWN, Verdict.FAIL, Verdict.PASS), Verdict.FAIL),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_part(verdicts: tuple[Verdict, ...], whole: Verdict) -> None:
    """Any fail is a fail, else any unknown is unknown."""
    assert report(*verdicts).verdict is whole

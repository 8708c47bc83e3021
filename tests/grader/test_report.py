from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

import pytest
from jsonschema import Draft202012Validator

from grader.report import Finding, Note, Notebook, Report, Verdict, report_schema

NOW = datetime(2026, 11, 24, 10, 30, 0, 125000, tzinfo=UTC)


def report(*verdicts: Verdict) -> Report:
    points = {Verdict.PASS: 10, Verdict.FAIL: 2.5, Verdict.UNKNOWN: 0}
    findings = (
        Finding(
            id=f"task_{n}",
            title=f"Task {n}",
            verdict=v,
            points=points[v],
            max=10,
            message=f"{v}.",
            expected="All.",
            actual=["one"],
            help="Go on.",
            evidence=(f"event-{n}",),
            attempts=2,
            hints=1,
            cost=1.5,
        )
        for n, v in enumerate(verdicts)
    )
    notes = (Note(id="snapshot_first", message="You took the snapshot first."),)
    notebook = Notebook(sha256="ab" * 32, at=NOW)
    return Report(team="blue", findings=tuple(findings), graded_at=NOW, notes=notes, notebook=notebook, seed_id="0123")


def test_the_report_is_the_document_that_the_command_line_promises() -> None:
    """Schema, who, when and by what, score, open points, maximum, and findings whole."""
    document = report(Verdict.FAIL, Verdict.UNKNOWN).as_json()
    first, second = document.pop("findings")
    assert document == {
        "schema": "ec2-investigation-lab/report/1",
        "team": "blue",
        "graded_at": "2026-11-24T10:30:00.125000+00:00",
        "seed_id": "0123",
        "versions": {"ec2-investigation-lab": version("ec2-investigation-lab")},
        "score": 2.5,
        "open": 10,
        "max": 20,
        "notes": [{"id": "snapshot_first", "message": "You took the snapshot first."}],
        "notebook": {"sha256": "ab" * 32, "at": "2026-11-24T10:30:00.125000+00:00"},
        "signature": "",
    }
    assert first == {
        "id": "task_0",
        "title": "Task 0",
        "verdict": "fail",
        "points": 2.5,
        "max": 10,
        "message": "fail.",
        "expected": "All.",
        "actual": ["one"],
        "help": "Go on.",
        "evidence": ["event-0"],
        "attempts": 2,
        "hints": 1,
        "cost": 1.5,
    }
    assert (second["verdict"], second["points"], second["evidence"]) == ("unknown", 0, ["event-1"])


def test_the_schema_is_sound_and_refuses_what_is_no_report() -> None:
    """It is of draft 2020-12, and holds for nothing but whole reports."""
    Draft202012Validator.check_schema(report_schema())
    document = report(Verdict.PASS).as_json()
    strangers = [
        {**document, "more": 1},
        {name: value for name, value in document.items() if name != "seed_id"},
        {**document, "graded_at": "yesterday"},
        {**document, "signature": "abc"},
        {**document, "notebook": {"sha256": "ab"}},
        {**document, "findings": [{**document["findings"][0], "verdict": "maybe"}]},
    ]
    assert [Draft202012Validator(report_schema()).is_valid(stranger) for stranger in [document, *strangers]] == [
        True,
        *[False] * len(strangers),
    ]


def test_a_report_survives_being_sent() -> None:
    """What the desk answers is what the learner's side reads."""
    sent = report(*Verdict)
    assert Report.from_json(sent.as_json()) == sent


def test_a_report_of_before_there_were_notebooks_is_read() -> None:
    """Reports are kept for ever: one without the field has no notebook."""
    sent = report(Verdict.PASS)
    document = {name: value for name, value in sent.as_json().items() if name != "notebook"}
    assert Report.from_json(document) == replace(sent, notebook=None)


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

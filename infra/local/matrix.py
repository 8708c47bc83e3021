"""The matrix of `lab validate`: a line for each responder, a column for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import chain
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.render.junit import Case, junit_suite
from grader.report import Finding
from infra.local.validate import Outcome
from scenario.responders.expected import Expected

SCHEMA = "ec2-investigation-lab/validation/1"
MARKS = {"pass": "✓", "fail": "✗", "unknown": "?"}


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What `lab validate --json` prints."""
    return {
        "schema": SCHEMA,
        "passed": not any(outcome.faults for outcome in outcomes),
        "responders": [
            {
                "name": outcome.name,
                "about": outcome.about,
                "score": outcome.report.score,
                "faults": list(outcome.faults),
                "findings": [
                    {
                        "id": finding.id,
                        "expected": {"verdict": wanted.verdict, "points": wanted.points},
                        "got": {"verdict": str(finding.verdict), "points": finding.points},
                        "max": finding.max,
                        "message": finding.message,
                    }
                    for finding, wanted in _cells(outcome)
                ],
            }
            for outcome in outcomes
        ],
    }


def as_text(outcomes: Sequence[Outcome], *, width: int = 160) -> str:
    """The matrix, what is wrong below it, and the sum. A cell that is not as expected shows both."""
    text = StringIO()
    console = Console(file=text, width=width, no_color=True, force_terminal=False, legacy_windows=False)
    console.print(_table(outcomes))
    faults = [f"{outcome.name}: {fault}" for outcome in outcomes for fault in outcome.faults]
    wrong = sum(bool(outcome.faults) for outcome in outcomes)
    said = (
        f"{len(outcomes)} responders, {wrong} graded wrongly"
        if wrong
        else f"{len(outcomes)} responders, all as they must"
    )
    return "\n".join([*(line.rstrip() for line in text.getvalue().splitlines()), *faults, said])


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="")
    table.add_column("")
    for id_, _ in outcomes[0].expected:
        table.add_column("\n".join(id_.split("_")), justify="right", vertical="bottom")
    table.add_column("score", justify="right", vertical="bottom")
    for outcome in outcomes:
        table.add_row(outcome.name, *map(_cell, _cells(outcome)), f"{outcome.report.score:g}")
    return table


def _cells(outcome: Outcome) -> Iterable[tuple[Finding, Expected]]:
    return zip(outcome.report.findings, (wanted for _, wanted in outcome.expected), strict=True)


def _cell(cell: tuple[Finding, Expected]) -> str:
    finding, wanted = cell
    got, must = _shown(finding.verdict, finding.points), _shown(wanted.verdict, wanted.points)
    return got if got == must else f"{got} ≠ {must}"


def _shown(verdict: str, points: float) -> str:
    return f"{MARKS[verdict]} {points:g}"


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """One test case for each finding of each responder, and one for what else it must."""
    return junit_suite("lab validate", chain.from_iterable(map(_cases, outcomes)))


def _cases(outcome: Outcome) -> list[Case]:
    classname, faults = f"lab.validate.{outcome.name}", "\n".join(outcome.faults)
    whole = Case(classname=classname, name="as a whole", failure=faults or None, output=outcome.about)
    return [whole, *(_case(classname, cell) for cell in _cells(outcome))]


def _case(classname: str, cell: tuple[Finding, Expected]) -> Case:
    finding, wanted = cell
    got, must = _shown(finding.verdict, finding.points), _shown(wanted.verdict, wanted.points)
    wrong = None if got == must else f"{got}, expected {must}: {finding.message}"
    return Case(classname=classname, name=finding.id, failure=wrong, output=f"{got} of {finding.max} points")

"""How a class did, task by task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from grader.report import Finding, Report, Verdict
from grader.sheet.compare import SPELLINGS, spelt
from grader.sheet.noise import neutral
from grader.sheet.parse import Sheet

SCHEMA = "ec2-investigation-lab/statistics/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStatistics:
    """One task over all teams. Whoever is in none of `solved`, `partly` and `unknown` has nothing of it."""

    id: str
    title: str
    teams: int
    solved: int
    partly: int  # failed, with some of the points
    unknown: int
    attempts: float  # the median
    hints: float  # the median
    wrong: str = ""  # the commonest wrong answer, or wrong entry of an answer, in normal form; "" where there is none
    wrong_teams: int = 0  # that ever gave it

    def as_json(self) -> dict[str, Any]:
        """As `lab stats --json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one team ever handed in, and what was right for it."""

    sheets: Sequence[Sheet]
    key: Sheet
    bucket: str  # that its story uploads to


def statistics(reports: Sequence[Report], answered: Iterable[Answered] = ()) -> tuple[TaskStatistics, ...]:
    """Every task of the reports, one report a team; wrong answers are known of those in `answered`."""
    wrong = commonest_wrong(answered)
    tasks = list(dict.fromkeys(finding.id for report in reports for finding in report.findings))
    return tuple(_of(task, [f for r in reports for f in r.findings if f.id == task], wrong) for task in tasks)


def commonest_wrong(answered: Iterable[Answered]) -> Mapping[str, tuple[str, int]]:
    """By task: the wrong answer that most teams ever gave, and how many; of equals the first by the alphabet."""
    counts: dict[str, Counter[str]] = {}
    for team in answered:
        for field in SPELLINGS:
            counts.setdefault(field, Counter()).update(_wrong(field, team))
    return {
        field: min(counter.items(), key=lambda item: (-item[1], item[0]))
        for field, counter in counts.items()
        if counter
    }


def _wrong(field: str, team: Answered) -> frozenset[str]:
    right = spelt(field, team.key[field], team.bucket)
    given = (spelt(field, sheet[field], team.bucket) for sheet in team.sheets if field in sheet)
    extra = frozenset[str]().union(*given) - right
    return extra - neutral(field, extra)


def _of(task: str, findings: Sequence[Finding], wrong: Mapping[str, tuple[str, int]]) -> TaskStatistics:
    answer, teams = wrong.get(task, ("", 0))
    return TaskStatistics(
        id=task,
        title=findings[0].title,
        teams=len(findings),
        solved=sum(f.verdict is Verdict.PASS for f in findings),
        partly=sum(f.verdict is Verdict.FAIL and f.points > 0 for f in findings),
        unknown=sum(f.verdict is Verdict.UNKNOWN for f in findings),
        attempts=float(median(f.attempts for f in findings)),
        hints=float(median(f.hints for f in findings)),
        wrong=answer,
        wrong_teams=teams,
    )

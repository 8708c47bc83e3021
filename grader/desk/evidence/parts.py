"""What a team's evidence holds, part by part, and what is missing from it, and why.

A learner gets the bundle, what a report rests on, only when it gives nothing away: it names the compromised instance
and lists its calls, which the questions ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from grader.collected import Collected
from grader.desk.event import Event, Phase
from grader.desk.evidence.archive import as_text
from grader.desk.team import DeskTeam
from grader.render import as_html
from grader.report import Notebook, Report, Verdict, versions
from grader.sheet.witness import FIELDS
from grader.submissions import Asked, Ledger, Submissions

Missing = Literal["", "nothing_answered", "not_graded", "no_notebook", "no_query", "gives_away"]
"""Why a part is not there; "" where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: the files that it is, how much it holds, of when it is, and why it is missing."""

    id: Literal["sheet", "report", "notebook", "queries", "bundle"]
    files: tuple[str, ...]
    count: int = 0  # answers, points, bytes or queries
    at: datetime | None = None  # UTC
    missing: Missing = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the desk keeps of a team's lab, as whoever asks may see it."""

    ledger: Ledger
    report: Report | None
    notebook: Notebook | None
    queries: Sequence[Asked]
    bundled: bool  # whether the bundle may be shown

    def parts(self) -> tuple[Part, ...]:
        """Every part, in order."""
        report, notebook, queries = self.report, self.notebook, self.queries
        return (
            Part(
                id="sheet",
                files=("sheet.json",),
                count=len(self.ledger.sheet),
                missing="" if self.ledger.sheet else "nothing_answered",
            ),
            Part(
                id="report",
                files=("report.html", "report.json"),
                count=round(report.score) if report else 0,
                at=report.graded_at if report else None,
                missing="" if report else "not_graded",
            ),
            Part(
                id="notebook",
                files=("notebook.ipynb",),
                at=notebook.at if notebook else None,
                missing="" if notebook else "no_notebook",
            ),
            Part(
                id="queries",
                files=("queries.json", "queries.sql"),
                count=len(queries),
                at=queries[-1].at if queries else None,
                missing="" if queries else "no_query",
            ),
            Part(id="bundle", files=("bundle.json",), missing="" if self.bundled else "gives_away"),
        )


def held(team: DeskTeam, submissions: Submissions, event: Event) -> Held:
    """As the team's learner may see it."""
    everything = all_held(team, submissions)
    report = team.shown(everything.report) if everything.report else None
    return replace(everything, report=report, bundled=event.phase is Phase.ENDED or _all_found(report))


def all_held(team: DeskTeam, submissions: Submissions) -> Held:
    """As its organiser may see it."""
    lab = team.stage.store_id
    notebooks = submissions.notebooks(lab)
    return Held(
        ledger=team.ledger(submissions),
        report=submissions.last_report(lab),
        notebook=notebooks[-1] if notebooks else None,
        queries=submissions.queries(lab),
        bundled=True,
    )


def _all_found(report: Report | None) -> bool:
    """Whether every question that the bundle answers is answered."""
    passed = {finding.id for finding in report.findings if finding.verdict is Verdict.PASS} if report else set()
    return passed.issuperset(FIELDS)


def files(team: DeskTeam, submissions: Submissions, held: Held, language: str) -> Mapping[str, bytes]:
    """Every file that is there, by its name. It asks AWS for the bundle."""
    found: dict[str, bytes] = {}
    if held.ledger.sheet:
        found["sheet.json"] = as_text(held.ledger.sheet)
    if held.report:
        found["report.html"] = as_html(held.report, language).encode()
        found["report.json"] = as_text(held.report.as_json())
    if held.notebook:
        found["notebook.ipynb"] = submissions.notebook(team.stage.store_id, held.notebook.sha256)
    if held.queries:
        found["queries.json"] = as_text([_query(asked) for asked in held.queries])
        found["queries.sql"] = "\n".join(map(_sql, held.queries)).encode()
    if held.bundled:
        found["bundle.json"] = as_text(_without_names(team.collect(submissions)).as_json())
    return found


def about(team: DeskTeam, held: Held) -> dict[str, object]:
    """What a manifest says of a team's evidence."""
    report = held.report
    return {
        "team": team.stage.team,
        "lab": team.stage.store_id,
        "made_at": datetime.now(UTC).isoformat(),
        "versions": dict(report.versions) if report else dict(versions()),
        "missing": {name: part.missing for part in held.parts() if part.missing for name in part.files},
    }


def _without_names(collected: Collected) -> Collected:
    """With AWS's codes in place of its sentences, which name roles and accounts."""
    evidence = collected.evidence
    return replace(collected, evidence=replace(evidence, gaps={gap: evidence.why(gap) for gap in evidence.gaps}))


def _query(asked: Asked) -> dict[str, object]:
    return {"at": asked.at.isoformat(), "sql": asked.sql, "outcome": asked.outcome, "rows": asked.rows}


def _sql(asked: Asked) -> str:
    return f"-- {asked.at.isoformat()}, {asked.outcome}, rows: {asked.rows}\n{asked.sql.rstrip().rstrip(';')};\n"

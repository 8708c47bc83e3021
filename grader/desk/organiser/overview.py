"""Every team at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.copied import Flag, Reference, flags
from grader.desk.checkup import Checkup
from grader.desk.team import DeskTeam
from grader.report import Report, Verdict
from grader.statistics import Answered, TaskStatistics, statistics
from grader.submissions import Submissions
from scenario.workshop import tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One team. What it was last told and when it last did something are None where nothing was."""

    team: str
    account: str
    lab: str
    report: Report | None
    verdicts: tuple[Verdict | None, ...]  # of every task, in order
    checkup: Checkup | None
    active: datetime | None  # UTC
    hints: int


def row(desk: DeskTeam, submissions: Submissions) -> Row:
    """One team as it is now."""
    lab = desk.stage.store_id
    report = submissions.last_report(lab)
    verdicts = {finding.id: finding.verdict for finding in report.findings} if report else {}
    return Row(
        team=desk.stage.team,
        account=desk.stage.account_id,
        lab=lab,
        report=report,
        verdicts=tuple(verdicts.get(task.id) for task in tasks()),
        checkup=desk.checkup,
        active=submissions.active(lab),
        hints=sum(submissions.hints(lab).values()),
    )


def last_reports(desks: Sequence[DeskTeam], submissions: Submissions) -> list[Report]:
    """What each team was last told; teams that were told nothing yet are not in it."""
    return [report for desk in desks if (report := submissions.last_report(desk.stage.store_id))]


def class_statistics(desks: Sequence[DeskTeam], submissions: Submissions) -> tuple[TaskStatistics, ...]:
    """How the class did, task by task."""
    answered = [
        Answered(
            sheets=[submission.sheet for submission in submissions.sheets(desk.stage.store_id)],
            key=desk.key(),
            bucket=desk.stage.drop_bucket,
        )
        for desk in desks
    ]
    return statistics(last_reports(desks, submissions), answered)


def copied(desks: Sequence[DeskTeam], submissions: Submissions) -> Mapping[str, Sequence[Flag]]:
    """By team: the sheets that look like another team's; teams without any are not in it."""
    references = {desk.stage.team: Reference(key=desk.key(), bucket=desk.stage.drop_bucket) for desk in desks}
    found = {
        desk.stage.team: flags(submissions.sheets(desk.stage.store_id), desk.stage.team, references) for desk in desks
    }
    return {team: raised for team, raised in found.items() if raised}

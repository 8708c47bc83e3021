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
    checkup: Checkup | None
    active: datetime | None  # UTC
    hints: int

    @property
    def verdicts(self) -> tuple[Verdict | None, ...]:
        """Of every task, in order; None where nobody graded it."""
        found = {finding.id: finding.verdict for finding in self.report.findings} if self.report else {}
        return tuple(found.get(task.id) for task in tasks())


def row(desk: DeskTeam, submissions: Submissions) -> Row:
    """One team as it is now."""
    lab = desk.stage.store_id
    return Row(
        team=desk.stage.team,
        account=desk.stage.account_id,
        lab=lab,
        report=submissions.last_report(lab),
        checkup=desk.checkup,
        active=submissions.active(lab),
        hints=sum(submissions.hints(lab).values()),
    )


def last_reports(desks: Sequence[DeskTeam], submissions: Submissions) -> list[Report]:
    """What each team was last told; teams that were told nothing yet are not in it."""
    return [report for desk in desks if (report := submissions.last_report(desk.stage.store_id))]


def class_statistics(desks: Sequence[DeskTeam], submissions: Submissions) -> tuple[TaskStatistics, ...]:
    """How the class did, task by task."""
    return statistics(last_reports(desks, submissions), answered(desks, submissions))


def answered(desks: Sequence[DeskTeam], submissions: Submissions) -> Sequence[Answered]:
    """What each team ever handed in."""
    return [
        Answered(
            sheets=[submission.sheet for submission in submissions.sheets(desk.stage.store_id)],
            key=desk.key(),
            bucket=desk.stage.drop_bucket,
        )
        for desk in desks
    ]


def copied(desks: Sequence[DeskTeam], submissions: Submissions) -> Mapping[str, Sequence[Flag]]:
    """By team: the sheets that look like another team's; teams without any are not in it."""
    references = {desk.stage.team: Reference(key=desk.key(), bucket=desk.stage.drop_bucket) for desk in desks}
    found = {
        desk.stage.team: flags(submissions.sheets(desk.stage.store_id), desk.stage.team, references) for desk in desks
    }
    return {team: raised for team, raised in found.items() if raised}

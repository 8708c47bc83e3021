"""The office of a desk that is one process: teams are asked one by one, and jobs are threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from grader.batch import Graded, each, grade_all
from grader.copied import Flag
from grader.desk.checkup import Checkup
from grader.desk.live import Live
from grader.desk.organisation import Organisation
from grader.desk.organiser.jobs import Job, Jobs, Kind, Step
from grader.desk.organiser.overview import Row, class_statistics, copied, last_reports, row
from grader.desk.scoreboard import Place, last_known
from grader.desk.team import DeskTeam
from grader.report import Report
from grader.statistics import TaskStatistics
from grader.submissions import Submissions

ORGANISER = "organiser"
"""What the pages of organisers hear of, and no learner's: the name of no lab."""


@dataclass(slots=True, kw_only=True)
class OfficeHere:
    """A `grader.desk.organiser.office.Office`. `teams` may be a list that changes."""

    teams: Sequence[DeskTeam]
    submissions: Submissions
    live: Live
    organisation: Organisation | None
    _jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self._jobs = Jobs(lambda: self.live.tell(ORGANISER, "event"))

    @property
    def can_reissue(self) -> bool:
        """Where somebody runs the lab."""
        return self.organisation is not None

    @property
    def can_reset(self) -> bool:
        """Where somebody runs the lab."""
        return self.organisation is not None

    def opened(self) -> None:
        """Labs that nobody has looked at yet are looked at meanwhile."""
        if not all(team.checkup for team in self.teams):
            self.check()

    def rows(self) -> Sequence[Row]:
        """Every team at a glance."""
        return [self.row(team) for team in tuple(self.teams)]

    def row(self, team: DeskTeam) -> Row:
        """One team as it is now."""
        return row(team, self.submissions)

    def places(self, until: datetime | None) -> Sequence[Place]:
        """The scoreboard at that time, or now."""
        teams = [(team.stage.team, team.stage.store_id) for team in tuple(self.teams)]
        return last_known(teams, self.submissions, until)

    def checkups(self) -> Mapping[str, Checkup]:
        """By team: how its lab was when it was last looked at."""
        return {team.stage.team: team.checkup for team in tuple(self.teams) if team.checkup}

    def reports(self) -> Sequence[Report]:
        """What each team was last told."""
        return last_reports(tuple(self.teams), self.submissions)

    def statistics(self) -> Sequence[TaskStatistics]:
        """How the class did, task by task."""
        return class_statistics(tuple(self.teams), self.submissions)

    def copied(self) -> Mapping[str, Sequence[Flag]]:
        """By team: the sheets that look like another team's."""
        return copied(tuple(self.teams), self.submissions)

    def jobs(self) -> Sequence[Job]:
        """What goes on in the background."""
        return self._jobs.all()

    def grade(self) -> None:
        """Every team, several at once."""
        teams = tuple(self.teams)
        labs = {team.stage.team: team.stage.store_id for team in teams}

        def work(step: Step) -> None:
            def heard(graded: Graded) -> None:
                self.live.tell(labs[graded.team], "findings")
                step()

            grade_all(teams, self.submissions, heard)

        self._jobs.start(Kind.GRADE, work, total=len(teams))

    def check(self) -> None:
        """Every lab, several at once."""
        teams = tuple(self.teams)
        self._jobs.start(
            Kind.CHECK, lambda step: each(teams, lambda team: team.check(self.submissions), step), total=len(teams)
        )

    def reset(self, team: DeskTeam, *, new_seed: bool) -> None:
        """By whoever runs the lab."""
        organisation, name = self._organisation(), team.stage.team

        def work(step: Step) -> None:
            organisation.reset(name, new_seed=new_seed)
            step()

        self._jobs.start(Kind.RESET, work, team=name)

    def links(self) -> Mapping[str, str]:
        """As whoever runs the lab gives them out."""
        return self._organisation().links()

    def reissue(self, team: DeskTeam) -> str:
        """By whoever runs the lab."""
        return self._organisation().reissue(team.stage.team)

    def _organisation(self) -> Organisation:
        assert self.organisation is not None  # `can_reset` and `can_reissue` say so
        return self.organisation

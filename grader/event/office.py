"""The organiser's office of an event on AWS: teams are read all at once, and jobs are the state machine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.copied import Flag
from grader.desk.checkup import Checkup
from grader.desk.live import Live
from grader.desk.organiser import overview
from grader.desk.organiser.here import ORGANISER
from grader.desk.organiser.jobs import Job, Kind
from grader.desk.organiser.overview import Row
from grader.desk.scoreboard import Place, standings
from grader.desk.team import DeskTeam
from grader.event.organiser_account import OrganiserAccount
from grader.event.outcomes import Outcome
from grader.event.roster import KEY
from grader.event.seen import Seen
from grader.event.tokens import team_token
from grader.event.visitors import RosterTeams
from grader.report import Report
from grader.statistics import TaskStatistics, statistics

MOST_SHEETS = 200
"""Teams whose sheets are compared while somebody waits: each takes some reads, and the page has half a minute."""


@dataclass(frozen=True, slots=True)
class EventOffice:
    """A `grader.desk.organiser.office.Office`. Every method raises botocore's errors."""

    account: OrganiserAccount
    live: Live

    can_reissue = True
    can_reset = False  # what is in an account is removed by whoever may enter it

    def opened(self) -> None:
        """Nobody looks at labs because of that: it takes the state machine."""

    def rows(self) -> Sequence[Row]:
        """Every team of the roster. Hints are those of the last report."""
        seen, active = self.account.sights.all(), self.account.submissions.last_active()
        checkups = self._checkups(seen)
        return [
            Row(
                team=entry.team,
                account=entry.account_id,
                lab=found.lab if found else "",
                report=found.report if found else None,
                checkup=checkups.get(entry.team),
                active=active.get(found.lab) if found else None,
                hints=sum(finding.hints for finding in found.report.findings) if found and found.report else 0,
            )
            for entry in self.account.roster()
            for found in [seen.get(entry.account_id)]
        ]

    def row(self, team: DeskTeam) -> Row:
        """One team as it is now."""
        account_id = team.stage.account_id
        seen, outcome = self.account.sights.of(account_id), self.account.outcomes.of(account_id, "check")
        return replace(overview.row(team, self.account.submissions), checkup=_checkup(seen, outcome))

    def places(self, until: datetime | None) -> Sequence[Place]:
        """Of teams whose lab was found: a read for each team that was graded after that time, and none for others."""
        seen, submissions = self.account.sights.all(), self.account.submissions

        def report(found: Seen) -> Report | None:
            if found.report and until and found.report.graded_at > until:
                return submissions.last_report(found.lab, until)
            return found.report

        found = ((entry, seen.get(entry.account_id)) for entry in self.account.roster())
        return standings((entry.team, report(one)) for entry, one in found if one)

    def checkups(self) -> Mapping[str, Checkup]:
        """By team: how its lab was when it was last looked at, or why nobody could look."""
        return self._checkups(self.account.sights.all())

    def reports(self) -> Sequence[Report]:
        """Every team's last report, whole: a read for each team that has one."""
        seen, submissions = self.account.sights.all(), self.account.submissions
        labs = [found.lab for e in self.account.roster() if (found := seen.get(e.account_id)) and found.report]
        return [report for lab in labs if (report := submissions.last_report(lab))]

    def statistics(self) -> Sequence[TaskStatistics]:
        """How the class did; wrong answers are told of an event of at most MOST_SHEETS teams."""
        seen = self.account.sights.all()
        reports = [found.report for e in self.account.roster() if (found := seen.get(e.account_id)) and found.report]
        return statistics(reports, overview.answered(self._teams(), self.account.submissions))

    def copied(self) -> Mapping[str, Sequence[Flag]]:
        """Of an event of at most MOST_SHEETS teams."""
        return overview.copied(self._teams(), self.account.submissions)

    def jobs(self) -> Sequence[Job]:
        """The state machine's, as far as the page began them."""
        return self.account.jobs.all()

    def grade(self) -> None:
        """By the state machine."""
        self._start(Kind.GRADE)

    def check(self) -> None:
        """By the state machine."""
        self._start(Kind.CHECK)

    def reset(self, team: DeskTeam, *, new_seed: bool) -> None:
        """Raises NotImplementedError."""
        raise NotImplementedError

    def links(self) -> Mapping[str, str]:
        """Of every team of the roster, by a read for each: they open once the team's lab is found."""
        labs = self.account.labs
        return {e.team: self._link(e.account_id, labs.known(e.account_id).issue) for e in self.account.roster()}

    def reissue(self, team: DeskTeam) -> str:
        """In every function at once."""
        account_id = team.stage.account_id
        return self._link(account_id, self.account.labs.reissue(account_id))

    def _link(self, account_id: str, issue: int) -> str:
        return f"/#token={team_token(self.account.secret.token_key, account_id, issue)}"

    def _start(self, kind: Kind) -> None:
        roster = (self.account.settings.rosters, KEY)
        self.account.jobs.start(kind, roster, len(self.account.roster()))
        self.live.tell(ORGANISER, "event")

    def _teams(self) -> Sequence[DeskTeam]:
        return list(RosterTeams(self.account)) if len(self.account.roster()) <= MOST_SHEETS else ()

    def _checkups(self, seen: Mapping[str, Seen]) -> Mapping[str, Checkup]:
        outcomes = self.account.outcomes.last("check")
        found = {
            entry.team: _checkup(seen.get(entry.account_id), outcomes.get(entry.account_id))
            for entry in self.account.roster()
        }
        return {team: checkup for team, checkup in found.items() if checkup}


def _checkup(seen: Seen | None, outcome: Outcome | None) -> Checkup | None:
    """What was seen last: a check that failed since then has no more to tell than its cause."""
    checkup = seen.checkup if seen else None
    if outcome and outcome.state == "failed" and not (checkup and checkup.at > outcome.at):
        return Checkup(at=outcome.at, calls=0, changes=0, instance="", trouble=(outcome.cause,), gaps={})
    return checkup

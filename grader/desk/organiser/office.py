"""What the organiser's page asks and does: the wall between the page and whatever the desk runs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from grader.copied import Flag
from grader.desk.checkup import Checkup
from grader.desk.organiser.jobs import Job
from grader.desk.organiser.overview import Row
from grader.desk.scoreboard import Place
from grader.desk.team import DeskTeam
from grader.report import Report
from grader.statistics import TaskStatistics


class Office(Protocol):
    """Any thread may ask. What blocks may take as long as a page waits; what takes longer is begun, and is a job."""

    @property
    def can_reissue(self) -> bool:
        """Whether teams' links are known here, and teams get new ones."""

    @property
    def can_reset(self) -> bool:
        """Whether teams get fresh labs here."""

    def opened(self) -> None:
        """Somebody opens the page."""

    def rows(self) -> Sequence[Row]:
        """Every team at a glance."""

    def row(self, team: DeskTeam) -> Row:
        """One team as it is now."""

    def places(self, until: datetime | None) -> Sequence[Place]:
        """The scoreboard at that time, or now."""

    def checkups(self) -> Mapping[str, Checkup]:
        """By team: how its lab was when it was last looked at; teams whose lab never was are not in it."""

    def reports(self) -> Sequence[Report]:
        """What each team was last told; teams that were told nothing yet are not in it."""

    def statistics(self) -> Sequence[TaskStatistics]:
        """How the class did, task by task."""

    def copied(self) -> Mapping[str, Sequence[Flag]]:
        """By team: the sheets that look like another team's; teams without any are not in it."""

    def jobs(self) -> Sequence[Job]:
        """What goes on in the background, and what ended there, the latest first."""

    def grade(self) -> None:
        """Begin to grade every team, unless that goes on already."""

    def check(self) -> None:
        """Begin to look at every lab, unless that goes on already."""

    def reset(self, team: DeskTeam, *, new_seed: bool) -> None:
        """Begin to give a team a fresh lab. Where it `can_reset`."""

    def links(self) -> Mapping[str, str]:
        """By team: the link that bears its token, whole or from the page's address on. Where it `can_reissue`."""

    def reissue(self, team: DeskTeam) -> str:
        """Give a team a new token; gives such a link that bears it. Where it `can_reissue`."""

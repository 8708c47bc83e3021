"""What every endpoint of the desk shares."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from grader.desk.event import Acts, Event
from grader.desk.live import Live
from grader.desk.page import Pages, language_of, words
from grader.desk.rate import Rate, admit
from grader.desk.team import DeskTeam
from grader.desk.visitors import Visitors
from grader.desk.watch import Watch
from grader.submissions import Submissions

if TYPE_CHECKING:
    from grader.desk.organiser.office import Office  # whose page is built on the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The teams, what they hand in, and how they are answered."""

    visitors: Visitors
    submissions: Submissions
    rate: Rate
    acts: Acts
    pages: Pages
    live: Live
    watch: Watch
    office: Office
    most_row_bytes: int | None = None  # that a query answers with, where the desk's answers have less room than usual

    def team(self, request: Request) -> DeskTeam:
        """The team that asks. Raises HTTPException 401."""
        return self.visitors.team(request)

    def admitted(self, request: Request) -> DeskTeam:
        """The team that asks, unless it asks too often. Raises HTTPException 401, 429."""
        team = self.visitors.team(request)
        admit(self.rate, team.stage.team)
        return team

    def event(self) -> Event:
        """The organiser's event now."""
        return self.acts.event()

    def accepting(self, request: Request) -> DeskTeam:
        """The team that asks, where the event takes anything of it now. Raises HTTPException 401, 409, 429."""
        team, event = self.admitted(request), self.event()
        if not event.taking:
            raise HTTPException(HTTPStatus.CONFLICT, words(language_of(request))["event"][f"{event.phase}_refused"])
        return team

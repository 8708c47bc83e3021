"""What every endpoint of the desk shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from grader.desk.live import Live
from grader.desk.page import Pages
from grader.desk.rate import Rate, admit
from grader.desk.team import DeskTeam
from grader.desk.visitors import Visitors
from grader.submissions import Submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The teams, what they hand in, and how they are answered."""

    visitors: Visitors
    submissions: Submissions
    rate: Rate
    live: Live = field(default_factory=Live)
    pages: Pages = field(default_factory=Pages)

    def team(self, request: Request) -> DeskTeam:
        """The team that asks. Raises HTTPException 401."""
        return self.visitors.team(request)

    def admitted(self, request: Request) -> DeskTeam:
        """The team that asks, unless it asks too often. Raises HTTPException 401, 429."""
        team = self.visitors.team(request)
        admit(self.rate, team.stage.team)
        return team

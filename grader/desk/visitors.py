"""Who asks: a team or the organiser, told by a token that a program bears as a header and a browser as a cookie.

The link to a page carries its token behind the `#`, which browsers send to nobody: the page hands it in once, and gets
a cookie that scripts cannot read and other sites cannot send. What such a cookie asks to change has to come from the
lab's own pages besides: browsers say so in `Sec-Fetch-Site`, or at least in `Origin`.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.desk.team import MIN_TOKEN, DeskTeam

STAYS = timedelta(days=7)  # for so long a browser is known
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Visitors:
    """Everyone who has a token. `teams` may be a list that changes: it is looked at anew for every request.

    Raises ValueError for an organiser's token that could be guessed; without one there is no organiser.
    """

    teams: Sequence[DeskTeam]
    organiser_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.organiser_token and len(self.organiser_token) < MIN_TOKEN:
            raise ValueError(f"the organiser's token is shorter than {MIN_TOKEN} characters")

    def team(self, request: Request) -> DeskTeam:
        """The team that asks. Raises HTTPException 401 for anybody else, 403 where another site made a browser ask."""
        found = self.team_of(_token(request))
        if found is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "this needs your team's token, as `Authorization: Bearer TOKEN`",
                {"WWW-Authenticate": "Bearer"},
            )
        return found

    def organiser(self, request: Request) -> None:
        """Let the organiser pass. Raises HTTPException 401 for anybody else, 403 as `team` does."""
        if not self.is_organiser(_token(request)):
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED, "this is the organiser's: open the link that was told when the lab began"
            )

    def team_of(self, token: str) -> DeskTeam | None:
        """The team with this token, if there is one; every token is compared, in constant time."""
        found = [team for team in self.teams if hmac.compare_digest(team.token.encode(), token.encode())]
        return found[0] if found else None

    def named(self, name: str) -> DeskTeam | None:
        """The team of this name, if there is one."""
        return next((team for team in self.teams if team.stage.team == name), None)

    def is_organiser(self, token: str) -> bool:
        """Whether the token is the organiser's."""
        return bool(self.organiser_token) and hmac.compare_digest(self.organiser_token.encode(), token.encode())

    def home(self, token: str) -> str | None:
        """The page that whoever has this token begins with; None for a token of nobody."""
        if self.is_organiser(token):
            return "/organiser"
        return "/work" if self.team_of(token) else None


def welcome(request: Request, response: Response, token: str) -> None:
    """Let the browser stay known."""
    response.set_cookie(
        _cookie(request),
        token,
        max_age=int(STAYS.total_seconds()),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def goodbye(request: Request, response: Response) -> None:
    """Let the browser be forgotten."""
    response.delete_cookie(_cookie(request), httponly=True, samesite="strict")


def visitor_token(request: Request) -> str:
    """The token of the browser that asks, "" where it has none."""
    return request.cookies.get(_cookie(request), "")


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return token.strip()
    if (token := visitor_token(request)) and request.method not in READING and not own(request):
        raise HTTPException(HTTPStatus.FORBIDDEN, "this was asked by a page that is not the lab's")
    return token


def own(request: Request) -> bool:
    """Whether a page of the lab asks, as the browser says."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def _cookie(request: Request) -> str:
    return f"lab-{request.url.port or request.url.scheme}"  # cookies know hosts, not ports: labs side by side need two

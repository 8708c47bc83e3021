"""The lab's desk: the page for learners and organisers, and the HTTP API below it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from grader.desk import (
    api,
    contain,
    entrance,
    event_banner,
    evidence,
    notebook,
    organiser,
    scoreboard,
    see,
    stream,
    work,
)
from grader.desk.desk import Desk
from grader.desk.event import Acts, event_id
from grader.desk.headers import HEADERS, SecurityHeaders
from grader.desk.live import Live
from grader.desk.organisation import Organisation
from grader.desk.organiser.here import OfficeHere
from grader.desk.page import STATIC, KeptFiles, Pages, static_version
from grader.desk.rate import Rate
from grader.desk.team import DeskTeam
from grader.desk.visitors import Visitors
from grader.desk.watch import Watch
from grader.sheet.parse import NotGradableError
from grader.submissions import Submissions

__all__ = ["DeskTeam", "create_app"]

VIEWS = (api, entrance, event_banner, stream, notebook, work, see, contain, organiser, scoreboard, evidence)
"""Every part of the desk: each has `routes(desk)`."""


def create_app(
    teams: Sequence[DeskTeam],
    submissions: Submissions,
    rate: Rate | None = None,
    *,
    organiser_token: str = "",
    organisation: Organisation | None = None,
    live: Live | None = None,
) -> Starlette:
    """The desk of these teams, which keeps what they hand in in `submissions`; `rate` says how often they may ask.

    `teams` may be a list that changes: it is looked at anew for every request. `organisation` does what only whoever
    runs the lab can do, where there is one; `live` is for whoever else has something to tell the pages.
    """
    acts, live = Acts(submissions, event_id(organiser_token)), live or Live()
    desk = Desk(
        visitors=Visitors(teams, organiser_token),
        submissions=submissions,
        rate=rate or Rate(),
        acts=acts,
        pages=Pages({"event_now": acts.event}),
        live=live,
        watch=Watch(submissions, live),
        office=OfficeHere(teams=teams, submissions=submissions, live=live, organisation=organisation),
    )
    return app_of(desk)


def app_of(desk: Desk, views: Sequence[ModuleType] = VIEWS) -> Starlette:
    """The app of these parts of a desk."""

    async def refused(request: Request, error: Exception) -> Response:
        """A refusal: a page where a page was asked for, else JSON."""
        assert isinstance(error, HTTPException)
        wants_page = "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
        if request.method == "GET" and wants_page:
            return desk.pages.page(request, "refused.html", error.status_code, status=error.status_code)
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)

    return Starlette(
        routes=[
            *(route for view in views for route in view.routes(desk)),
            Mount(f"/static/{static_version()}", KeptFiles(directory=STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)],
        exception_handlers={HTTPException: refused, NotGradableError: not_gradable, Exception: in_trouble},
    )


async def not_gradable(_: Request, error: Exception) -> Response:
    """A malformed sheet: what to mend, and no attempt used."""
    assert isinstance(error, NotGradableError)
    return JSONResponse({"errors": [e.as_json() for e in error.errors]}, HTTPStatus.UNPROCESSABLE_ENTITY)


async def in_trouble(_: Request, _error: Exception) -> Response:
    """The desk's own fault, which is in its log; Starlette answers this outside of the middleware."""
    return JSONResponse(
        {"error": "the lab is in trouble; ask its organiser"}, HTTPStatus.INTERNAL_SERVER_ERROR, HEADERS
    )

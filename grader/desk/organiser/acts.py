"""What the organiser does. Every act is kept or logged, and open pages hear of it at once."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urljoin

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.desk.api import read_body
from grader.desk.desk import Desk
from grader.desk.event import Kind, NotNowError, utc_now
from grader.desk.live import EVERYONE
from grader.desk.organiser.page import OrganiserPage, asked_team, offered
from grader.submissions import ATTEMPTS_RESET, Act
from scenario.workshop import tasks

MOST = 1_000  # bytes of a form
LONGEST = 60 * 24 * 14  # minutes that an event may still last


class OrganiserActs:
    """One method an act."""

    def __init__(self, desk: Desk, page: OrganiserPage) -> None:
        self._desk, self._page = desk, page

    async def event(self, request: Request) -> Response:
        """Lead the event: `kind` is a `grader.desk.event.Kind`; ENDS_AT takes `minutes` from now, "" for no end."""
        kind, form = _named(request.path_params["kind"]), await read_form(request)
        detail = _end_in(form.get("minutes", "")) if kind is Kind.ENDS_AT else ""
        try:
            await run_in_threadpool(self._desk.acts.do, kind, detail)
        except NotNowError as error:
            raise HTTPException(HTTPStatus.CONFLICT, str(error)) from error
        self._desk.live.tell(EVERYONE, "event")
        return await self._page.event(request)

    async def grade(self, request: Request) -> Response:
        """Grade every team now."""
        await run_in_threadpool(self._desk.office.grade)
        return await self._page.jobs(request)

    async def check(self, request: Request) -> Response:
        """Look at every lab now."""
        await run_in_threadpool(self._desk.office.check)
        return await self._page.jobs(request)

    async def attempts(self, request: Request) -> Response:
        """Give a team its attempts at a question once more."""
        team, form = await asked_team(self._desk, request), await read_form(request)
        questions = {task.id: task for task in tasks() if task.kind == "answer"}
        if form.get("task") not in questions:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"choose one of {', '.join(questions)}")
        act = Act(of=team.stage.store_id, kind=ATTEMPTS_RESET, at=utc_now(), detail=form["task"])
        await run_in_threadpool(self._desk.submissions.add_act, act)
        self._desk.live.tell(team.stage.store_id, "sheet")
        return await self._page.team_part(request, team, outcome="attempts", task=questions[form["task"]])

    async def reset(self, request: Request) -> Response:
        """Give a team a fresh lab, with another story where the form says `new_seed`. It goes on in the background."""
        team, form, office = await asked_team(self._desk, request), await read_form(request), self._desk.office
        offered(office.can_reset)
        await run_in_threadpool(office.reset, team, new_seed="new_seed" in form)
        return await self._page.team_part(request, team, outcome="reset")

    async def reissue(self, request: Request) -> Response:
        """Give a team a new link; the old one is worth nothing from now on."""
        team, office = await asked_team(self._desk, request), self._desk.office
        offered(office.can_reissue)
        link = urljoin(str(request.base_url), await run_in_threadpool(office.reissue, team))
        return await self._page.team_part(request, await asked_team(self._desk, request), outcome="reissue", link=link)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises HTTPException 413."""
    fields = parse_qs((await read_body(request, MOST)).decode(errors="replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _named(kind: str) -> Kind:
    if kind not in list(Kind):
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no such act; the acts are {', '.join(Kind)}")
    return Kind(kind)


def _end_in(minutes: str) -> str:
    if not minutes:
        return ""
    if not minutes.isdecimal() or not 0 < int(minutes[:9]) <= LONGEST:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"an event lasts 1 to {LONGEST} minutes more")
    return (utc_now() + timedelta(minutes=int(minutes))).isoformat()

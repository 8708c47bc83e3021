"""The view's routes: parameters in, the store asked, pages and JSON out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from http import HTTPStatus
from importlib.resources import files
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.page import language_of
from grader.desk.see import sql
from grader.desk.see.asked import Asked, NotAskableError, asked, moment
from grader.desk.see.events import listed, sum_of, sums
from grader.desk.see.kept import FRESH, Kept
from grader.desk.see.plain import plain
from grader.desk.see.record import Record
from grader.desk.see.timeline import iso, named, picture_as_json, rows_of, time_of, values_as_json
from grader.desk.team import DeskTeam
from grader.desk.work.refusals import Refusal, refusal
from scenario.query import QueryTimeoutError, Rows, Store, open_store

T = TypeVar("T")
PATIENCE = 15.0  # seconds
BEFORE = timedelta(days=2)  # so long before the lab there may be events that belong to its picture
AROUND = timedelta(minutes=10)  # an event, with what happened around it
SECOND = timedelta(seconds=1)
EVENT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def routes(desk: Desk) -> list[BaseRoute]:
    """The view's routes."""
    see = See(desk)
    return [
        Route("/see", see.page, methods=["GET"]),
        Route("/see/events", see.events, methods=["GET"]),
        Route("/see/event/{event_id}", see.event, methods=["GET"]),
        Route("/api/timeline", see.timeline, methods=["GET"]),
        Route("/api/timeline/values", see.values, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class See:
    """The endpoints. What is asked of the store runs in a thread."""

    desk: Desk
    kept: Kept = field(default_factory=Kept)

    async def page(self, request: Request) -> Response:
        """The page. It asks for its parts itself."""
        team, wanted = self.desk.team(request), _asked(request)
        return self.desk.pages.page(request, "see.html", team=team.stage.team, asked=wanted, named=named(wanted))

    async def timeline(self, request: Request) -> Response:
        """The picture."""
        team, wanted = self.desk.team(request), _asked(request)
        return JSONResponse(await self._ask(request, team, partial(self._picture, team, wanted)))

    async def values(self, request: Request) -> Response:
        """What one may choose from."""
        team = self.desk.team(request)

        def found() -> dict[str, Any]:
            return values_as_json(self._run(team, sql.values(team.stage, _oldest(team)), own=False))

        return JSONResponse(await self._ask(request, team, found))

    async def events(self, request: Request) -> Response:
        """One page of the list; also where the store did not answer: then it says so."""
        team, wanted = self.desk.team(request), _asked(request)
        try:
            found = await self._ask(request, team, partial(self._list, team, wanted))
        except HTTPException as error:
            context = {"sentence": error.detail, "status": error.status_code}
            return self.desk.pages.fragment(request, "see-trouble.html", **context)
        context = {"asked": wanted, "named": named(wanted), "places": places(), **found}
        return self.desk.pages.fragment(request, "see-events.html", **context)

    async def event(self, request: Request) -> Response:
        """One record; 404 as long as the store does not hold it."""
        team, event_id = self.desk.team(request), _event_id(request)
        at = _checked(partial(moment, name="at"), text) if (text := request.query_params.get("at")) else None
        record = await self._ask(request, team, partial(self._record, team, event_id, at))
        part = "hx-request" in request.headers
        context = {"id": event_id, "record": record, **(_links(team, record) if record else {})}
        if part:
            return self.desk.pages.fragment(request, "see-record.html", part=True, **context)
        status = HTTPStatus.OK if record else HTTPStatus.NOT_FOUND
        return self.desk.pages.page(request, "see-event.html", status, team=team.stage.team, part=False, **context)

    async def _ask(self, request: Request, team: DeskTeam, ask: Callable[[], T]) -> T:
        try:
            return await run_in_threadpool(ask)
        except Refusal.OF as error:
            slow = isinstance(error, QueryTimeoutError)
            sentence = refusal(error, "", team.stage.store_id, language_of(request)).sentence
            raise HTTPException(HTTPStatus.GATEWAY_TIMEOUT if slow else HTTPStatus.BAD_GATEWAY, sentence) from error

    def _run(self, team: DeskTeam, statement: str, *, own: bool) -> Rows:
        """An answer is kept for as long as there are no more events than it is of; `own` as in `Asked`."""
        key: Hashable = (team.stage.store_id, statement, self._extent(team, own=own).rows)
        return self.kept.get(key, lambda: _store(team).run(statement))

    def _extent(self, team: DeskTeam, *, own: bool) -> Rows:
        store, statement = team.stage.store_id, sql.extent(team.stage, _oldest(team), own=own)
        key: Hashable = (store, statement, self.desk.live.now(store).get("events"))  # told of new ones, look at once
        return self.kept.get(key, lambda: _store(team).run(statement), FRESH)

    def _period(self, team: DeskTeam, *, own: bool) -> tuple[datetime, datetime]:
        """From the first event to the last, to the minute; where there is none, since the lab was made."""
        first, last = (time_of(text) for text in self._extent(team, own=own).rows[0][:2])
        first, last = first or team.stage.created_at, last or datetime.now(UTC)
        return first.replace(second=0), last.replace(second=0) + sql.MINUTE

    def _window(self, team: DeskTeam, wanted: Asked) -> tuple[datetime, datetime]:
        """Of what is asked for: the period where nothing else is."""
        first, last = self._period(team, own=wanted.own)
        begin = wanted.from_ or min(first, (wanted.to or last) - sql.MINUTE)
        return begin, max(wanted.to or last, begin + sql.MINUTE)

    def _picture(self, team: DeskTeam, wanted: Asked) -> dict[str, Any]:
        shown = sql.window(*self._window(team, wanted))
        found = self._run(team, sql.picture(team.stage, wanted, shown), own=wanted.own)
        return picture_as_json(wanted.by, shown, rows_of(found), self._period(team, own=wanted.own))

    def _list(self, team: DeskTeam, wanted: Asked) -> dict[str, Any]:
        begin, end = self._window(team, wanted)
        begin, end = wanted.since or begin, wanted.until or end
        everywhere = sql.without(wanted, "region")
        whole, regions = sums(self._run(team, sql.sums(team.stage, everywhere, begin, end), own=wanted.own))
        if "region" in wanted.only:
            whole = sum_of(plain(wanted.only["region"]), regions)
        found = listed(self._run(team, sql.listed(team.stage, wanted, begin, end), own=wanted.own))
        return {"whole": whole, "regions": regions, "events": found, "pages": -(-whole.events // sql.PAGE)}

    def _record(self, team: DeskTeam, event_id: str, at: datetime | None) -> Record | None:
        """Looked for where it should be, then in the lab's own time, then in what was before."""
        made, first = team.stage.created_at - AROUND, _oldest(team)
        spans = [(at - SECOND, at + 2 * SECOND)] if at else []
        for begin, end in (*spans, (made, datetime.now(UTC) + AROUND), (first, made)):
            found = self._run(team, sql.record(team.stage, event_id, begin, end), own=True)
            if found.rows and (text := found.rows[0][0]):
                return Record.read(text)
        return None


@cache
def places() -> Mapping[str, str]:
    """By Region, where it is. Source: AWS General Reference, Regions."""
    known: Mapping[str, str] = json.loads(files("grader.desk.see").joinpath("regions.json").read_text("utf-8"))
    return known


def _store(team: DeskTeam) -> Store:
    return open_store(team.learner(), team.stage, patience=PATIENCE)


def _oldest(team: DeskTeam) -> datetime:
    return (team.stage.created_at - BEFORE).replace(microsecond=0)


def _links(team: DeskTeam, record: Record) -> dict[str, Any]:
    """Where to go on from a record: what the same principal did around it, as a picture and as SQL."""
    if record.time is None:
        return {"near": None, "query": None}
    begin, end = record.time - AROUND, record.time + AROUND
    own = record.role_arn in (team.stage.learner_role_arn, team.stage.grader_role_arn)
    near = {"principal": record.principal, "from": iso(begin), "to": iso(end), **({"own": "1"} if own else {})}
    query = sql.around(team.stage, record.principal, begin, end)
    return {"near": f"/see?{urlencode(near)}", "query": f"/work?{urlencode({'sql': query})}"}


def _asked(request: Request) -> Asked:
    return _checked(asked, request.query_params)


def _checked(check: Callable[[Any], T], given: object) -> T:
    try:
        return check(given)
    except NotAskableError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, str(error)) from error


def _event_id(request: Request) -> str:
    event_id: str = request.path_params["event_id"]
    if not EVENT_ID.fullmatch(event_id):
        raise HTTPException(HTTPStatus.NOT_FOUND, "an event's id is a UUID")
    return event_id.lower()

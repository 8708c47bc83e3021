"""The Contain view: GET /contain, and the parts of it that change while somebody acts.

| request | answer |
|---|---|
| GET /contain | the page |
| GET /contain/picture | the account as EC2 shows it; `?instance=` draws that instance |
| GET /contain/findings | what a report of this moment would say of containment; `?own=` is what the picture marks |

Which instance is the compromised one is the learner's to find. Until the findings that they may see tell it, every
instance is drawn the same way, and none unless they choose it.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from grader.desk.contain.findings import cards, goals, notes, told
from grader.desk.contain.picture import machines, picture
from grader.desk.desk import Desk
from grader.desk.page import language_of
from grader.render.words import number


def routes(desk: Desk) -> list[BaseRoute]:
    """The view's routes."""
    contain = Contain(desk)
    return [
        Route("/contain", contain.page, methods=["GET"]),
        Route("/contain/picture", contain.picture, methods=["GET"]),
        Route("/contain/findings", contain.findings, methods=["GET"]),
    ]


class Contain:
    """The page and its parts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, request: Request) -> Response:
        """The page, whose parts come when AWS has answered."""
        team = self._desk.team(request)
        asked = request.query_params.get("instance", "")
        return self._desk.pages.page(request, "contain.html", team=team.stage.team, chosen=asked)

    async def picture(self, request: Request) -> Response:
        """The account, with the instance that was chosen, or that the learner has been told."""
        team = self._desk.team(request)
        seen = await self._desk.watch.seen(team)
        account, known = seen.account, told(self._desk.watch.last(team))
        own = team.stage.instance_id if known else ""
        asked = request.query_params.get("instance", "")
        chosen = asked if account and (account.instance(asked) or asked == own) else own
        drawn = picture(seen, account, chosen, team.stage if chosen == own else None) if account and chosen else None
        return self._desk.pages.fragment(
            request,
            "contain-picture.html",
            seen=seen,
            machines=machines(account) if account else (),
            picture=drawn,
            own=own,
        )

    async def findings(self, request: Request) -> Response:
        """What can be said of containment now."""
        team, language = self._desk.team(request), language_of(request)
        judged = await self._desk.watch.judged(team)
        store_id = team.stage.store_id
        steps = await run_in_threadpool(self._desk.submissions.hints, store_id)
        hints = {task.id: task.shown_hints(steps.get(task.id, 0), store_id=store_id) for task in goals()}
        response = self._desk.pages.fragment(
            request,
            "contain-findings.html",
            cards=cards(judged, language) if judged else (),
            notes=notes(judged, language) if judged else (),
            hints=hints,
            number=number,
        )
        if told(judged) and request.query_params.get("own") != team.stage.instance_id:  # the picture may mark it now
            response.headers["HX-Trigger"] = "lab:told"
        return response

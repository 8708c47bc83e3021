"""The way in and out: GET /, POST /visit with the token of one's link, POST /leave.

Whoever comes without a token that fits is told where to get one; the page of `/` hands in the token behind the `#`.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.api import read_body
from grader.desk.desk import Desk
from grader.desk.visitors import goodbye, own, visitor_token, welcome

MOST = 1_000  # bytes of a token, and of what is around it


def routes(desk: Desk) -> list[BaseRoute]:
    """The entrance's routes."""
    entrance = Entrance(desk)
    return [
        Route("/", entrance.door, methods=["GET"]),
        Route("/visit", entrance.visit, methods=["POST"]),
        Route("/leave", entrance.leave, methods=["POST"]),
    ]


class Entrance:
    """Lets browsers in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def door(self, request: Request) -> Response:
        """The page that hands in the link's token; `known` is where a browser that has a cookie may go on."""
        known = self._desk.visitors.home(visitor_token(request))
        return self._desk.pages.page(request, "door.html", known=known)

    async def visit(self, request: Request) -> Response:
        """Know the browser from now on: `{"token": ...}` in, `{"to": "/work"}` out. 401 for a token of nobody."""
        _from_own_page(request)
        token = _token_in(await read_body(request, MOST))
        home = self._desk.visitors.home(token)
        if home is None:
            raise HTTPException(HTTPStatus.UNAUTHORIZED, "this link is not, or no longer, of this lab")
        response = JSONResponse({"to": home})
        welcome(request, response, token)
        return response

    async def leave(self, request: Request) -> Response:
        """Forget the browser."""
        _from_own_page(request)
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        goodbye(request, response)
        return response


def _from_own_page(request: Request) -> None:
    if not own(request):
        raise HTTPException(HTTPStatus.FORBIDDEN, "this was asked by a page that is not the lab's")


def _token_in(body: bytes) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    token = document.get("token") if isinstance(document, dict) else None
    if not isinstance(token, str):
        raise HTTPException(HTTPStatus.BAD_REQUEST, 'this takes {"token": "..."}')
    return token

"""GET /api/columns: what the editor completes. Columns and functions are Lake's, calls and services those of the store.

Sources: CloudTrail Lake's supported schema for CloudTrail events, and Trino's functions that this workshop has use for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.team import DeskTeam
from scenario.query import QueryError, open_store

KEPT = 60.0  # seconds that what was seen in a store is not asked for again
PATIENCE = 10.0  # seconds
SEEN = """
select eventsource, eventname, count(*) as total
from {store}
group by eventsource, eventname
order by total desc
limit 1000
"""


def routes(desk: Desk) -> list[BaseRoute]:
    """The route of what is completed."""
    seen = Seen()

    async def columns(request: Request) -> Response:
        """All of it."""
        return JSONResponse({**vocabulary(), **await run_in_threadpool(seen.of, desk.team(request))})

    return [Route("/api/columns", columns, methods=["GET"])]


@cache
def vocabulary() -> Mapping[str, Any]:
    """`columns` and `functions`, each by name with what it is. Do not change what you get: it is shared."""
    known: Mapping[str, Any] = json.loads(files("grader.desk.work").joinpath("vocabulary.json").read_text("utf-8"))
    return known


@dataclass(slots=True)
class Seen:
    """The calls and services in each store, asked for once a minute. Any thread may ask."""

    _kept: dict[str, tuple[float, dict[str, list[str]]]] = field(default_factory=dict)

    def of(self, team: DeskTeam) -> dict[str, list[str]]:
        """`calls` and `services`, the commonest first; none where the store does not answer: nothing rests on them."""
        store = team.stage.store_id
        at, seen = self._kept.get(store, (0.0, {}))
        if not seen or time.monotonic() - at > KEPT:
            seen = _ask(team)
            self._kept[store] = (time.monotonic(), seen)
        return seen


def _ask(team: DeskTeam) -> dict[str, list[str]]:
    try:
        store = open_store(team.learner(), team.stage, patience=PATIENCE)
        rows = store.run(SEEN.format(store=team.stage.store_id))
    except (QueryError, ClientError, BotoCoreError):
        return {"services": [], "calls": []}
    names: dict[str, list[str]] = {}
    for name, column in (("services", "eventsource"), ("calls", "eventname")):
        names[name] = list(dict.fromkeys(value for value in rows.column(column) if value))
    return names

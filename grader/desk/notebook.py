"""The executed notebook at the desk: POST /api/notebook keeps it as evidence.

It answers 200 with `{sha256, at, cells, run, queries}`, or as for a sheet: 422 where the file is no evidence, 413 above
4 MB.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.api import read_body
from grader.desk.desk import Desk
from grader.desk.team import DeskTeam
from grader.notebook.executed import MAX_BYTES, WHOLE, read_notebook
from grader.sheet.parse import NotGradableError, SheetError
from grader.submissions import Submissions

MOST = 50  # notebooks of one lab that are kept


def routes(desk: Desk) -> list[BaseRoute]:
    """The notebook's route."""

    async def notebook(request: Request) -> Response:
        """Keep an executed notebook."""
        team, body = desk.accepting(request), await read_body(request, MAX_BYTES)
        return JSONResponse(await run_in_threadpool(keep_notebook, team, body, desk.submissions))

    return [Route("/api/notebook", notebook, methods=["POST"])]


def keep_notebook(team: DeskTeam, body: bytes, submissions: Submissions) -> dict[str, Any]:
    """Keep an executed notebook, and tell which file it is and what is in it.

    Raises NotGradableError, and keeps nothing, for what is no evidence, and where there are too many of them.
    """
    executed, lab = read_notebook(body), team.stage.store_id
    if len(submissions.notebooks(lab)) >= MOST:
        raise NotGradableError([SheetError(WHOLE, "one more", f"at most {MOST} of one lab: the last one stays")])
    return submissions.add_notebook(lab, body, datetime.now(UTC)).as_json() | executed.as_json()

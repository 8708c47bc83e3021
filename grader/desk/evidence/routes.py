"""GET /evidence, GET /evidence/parts for what changes on it, and GET /evidence.zip."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from grader.desk.desk import Desk
from grader.desk.evidence.archive import archive
from grader.desk.evidence.parts import Held, about, files, held
from grader.desk.page import language_of
from grader.desk.team import DeskTeam
from grader.submissions import Submissions

CHUNK = 64 * 1024  # bytes


def routes(desk: Desk) -> list[BaseRoute]:
    """The routes of a team's own evidence."""

    async def shown(request: Request) -> dict[str, object]:
        team = desk.team(request)
        found = await run_in_threadpool(held, team, desk.submissions, desk.event())
        return {"team": team.stage.team, "parts": found.parts(), "held": found}

    async def page(request: Request) -> Response:
        """The whole page."""
        return desk.pages.page(request, "evidence.html", **await shown(request))

    async def parts(request: Request) -> Response:
        """The list of parts alone."""
        return desk.pages.fragment(request, "evidence-parts.html", **await shown(request))

    async def zipped(request: Request) -> Response:
        """The download. It asks AWS, so it is answered as often as what changes something."""
        team = desk.admitted(request)
        found = await run_in_threadpool(held, team, desk.submissions, desk.event())
        return await evidence_zip(team, desk.submissions, found, language_of(request))

    return [
        Route("/evidence", page, methods=["GET"]),
        Route("/evidence/parts", parts, methods=["GET"]),
        Route("/evidence.zip", zipped, methods=["GET"]),
    ]


async def evidence_zip(team: DeskTeam, submissions: Submissions, held: Held, language: str) -> Response:
    """A team's evidence as a file to keep."""

    def made() -> tuple[SpooledTemporaryFile[bytes], int]:
        with team.grading:  # one at a time: each asks AWS and holds a whole bundle
            zipped = archive(files(team, submissions, held, language), f"evidence-{team.stage.team}", about(team, held))
        length = zipped.seek(0, 2)
        zipped.seek(0)
        return zipped, length

    def sent(zipped: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
        with zipped:
            while chunk := zipped.read(CHUNK):
                yield chunk

    zipped, length = await run_in_threadpool(made)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{team.stage.team}.zip"',
        "Content-Length": str(length),
    }
    return StreamingResponse(sent(zipped), media_type="application/zip", headers=headers)

"""SQL in, rows out as they come: POST /api/query `{"sql": ...}` answers with lines of JSON (application/x-ndjson).

    {"seconds": 0.4}                                     it still runs
    {"columns": ["eventname", "total"]}                  once, before the first rows
    {"rows": [["ListBuckets", "12"], ["PutObject", null]]}   a page
    {"end": {"rows": 2, "seconds": 0.5, "cut": ""}}      "rows" or "bytes" where that limit cut the rest off
    {"error": {"kind": "rejected", "sentence": ..., "line": 1, "column": 8}}   in place of the end; 0 for no place

Whoever closes the connection cancels the query. What was run is kept, as evidence of how a team worked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from anyio import CancelScope, CapacityLimiter
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from grader.desk.api import read_body
from grader.desk.desk import Desk
from grader.desk.page import language_of, words
from grader.desk.team import DeskTeam
from grader.desk.work.refusals import Refusal, refusal
from grader.submissions import Asked
from scenario.cli import STORE_PLACEHOLDER
from scenario.query import Rows, open_store

MOST_SQL = 16 * 1024  # bytes of what is sent
MOST_AT_ONCE = 6  # queries of one team; the account may run ten, and the grader has questions too
MOST_ROWS = 100_000
MOST_BYTES = 32 * 1024 * 1024  # of rows, as they are sent
PATIENCE = 15.0  # seconds
THREADS = 16  # that wait for queries; the desk's other threads go on answering meanwhile

KINDS = {"Content-Encoding": "identity"}  # no middleware holds lines back to compress them

Lines = Generator[bytes, None, None]


def routes(desk: Desk) -> list[BaseRoute]:
    """The route of queries."""
    return [Route("/api/query", Asking(desk).query, methods=["POST"])]


@dataclass(slots=True)
class Asking:
    """Runs the queries of all teams."""

    desk: Desk
    _running: Counter[str] = field(default_factory=Counter)  # by store; touched by the event loop alone
    _limiter: CapacityLimiter | None = None  # made within the loop

    async def query(self, request: Request) -> Response:
        """Run one. 400 for what is no query, 413 above 16 KB, 429 where the team runs as many as it may."""
        team, words_ = self.desk.team(request), words(language_of(request))["ask"]
        sql = _sql_in(await read_body(request, MOST_SQL))
        if self._running[team.stage.store_id] >= MOST_AT_ONCE:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, words_["too_many"].format(count=MOST_AT_ONCE))
        run = Run(self.desk, team, sql, language_of(request))
        return StreamingResponse(self._stream(run), media_type="application/x-ndjson", headers=KINDS)

    async def _stream(self, run: Run) -> AsyncIterator[bytes]:
        """The lines, each made in a thread; closed in any case, which cancels a query that nobody waits for."""
        store = run.team.stage.store_id
        self._limiter = self._limiter or CapacityLimiter(THREADS)
        self._running[store] += 1
        lines = run.lines()
        try:
            while line := await run_sync(next, lines, b"", limiter=self._limiter):
                yield line
        finally:
            self._running[store] -= 1
            with CancelScope(shield=True):
                await run_sync(lines.close)


@dataclass(slots=True)
class Run:
    """One query of a team, as the lines that tell of it. Blocks."""

    desk: Desk
    team: DeskTeam
    sql: str
    language: str
    outcome: str = "cancelled"  # unless it comes to an end
    rows: int = 0
    sent: int = 0  # bytes of rows
    cut: str = ""

    def lines(self) -> Lines:
        """Everything that is sent."""
        began = datetime.now(UTC)
        try:
            yield from self._found()
            seconds = (datetime.now(UTC) - began).total_seconds()
            self.outcome = "done"
            yield _line({"end": {"rows": self.rows, "seconds": round(seconds, 2), "cut": self.cut}})
        except Refusal.OF as error:
            refused = refusal(error, self.sql, self.team.stage.store_id, self.language)
            self.outcome = refused.kind
            yield _line({"error": refused.as_json()})
        finally:
            asked = Asked(at=datetime.now(UTC), sql=self.sql, outcome=self.outcome, rows=self.rows)
            self.desk.submissions.add_query(self.team.stage.store_id, asked)

    def _found(self) -> Lines:
        sql = self.sql.replace(STORE_PLACEHOLDER, self.team.stage.store_id)
        with closing(open_store(self.team.learner(), self.team.stage, patience=PATIENCE).pages(sql)) as pages:
            for page in pages:
                if isinstance(page, Rows):
                    yield from self._page(page)
                else:
                    yield _line({"seconds": round(page, 2)})
                if self.cut:
                    return

    def _page(self, page: Rows) -> Lines:
        if page.rows and not self.rows:
            yield _line({"columns": page.columns})
        rows = page.rows[: MOST_ROWS - self.rows]
        line = _line({"rows": rows})
        if self.sent + len(line) > (self.desk.most_row_bytes or MOST_BYTES):
            self.cut = "bytes"
            return
        if rows:
            self.rows, self.sent = self.rows + len(rows), self.sent + len(line)
            yield line
        self.cut = "rows" if len(rows) < len(page.rows) else ""


def _line(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _sql_in(body: bytes) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    sql = document.get("sql") if isinstance(document, dict) else None
    if not isinstance(sql, str):
        raise HTTPException(HTTPStatus.BAD_REQUEST, 'this takes {"sql": "..."}')
    return sql

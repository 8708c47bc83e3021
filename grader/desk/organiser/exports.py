"""What organisers take with them: the last report of every team, and every team's link, in one file each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urljoin

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from grader.batch import SCHEMA
from grader.desk.desk import Desk
from grader.desk.evidence.parts import all_held
from grader.desk.evidence.routes import evidence_zip
from grader.desk.organiser.page import asked_team, offered
from grader.desk.page import language_of
from grader.render import as_csv, as_html
from grader.render.junit import class_as_junit
from grader.report import Report

Form = tuple[str, Callable[[Sequence[Report]], str]]  # media type, renderer


def _as_json(reports: Sequence[Report]) -> str:
    teams = [{"team": report.team, "report": report.as_json(), "trouble": ""} for report in reports]
    return json.dumps({"schema": SCHEMA, "teams": teams}, indent=2, ensure_ascii=False)


FORMS: Mapping[str, Form] = {
    "csv": ("text/csv", as_csv),
    "json": ("application/json", _as_json),
    "xml": ("application/xml", class_as_junit),
}


class Exports:
    """Files of reports."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, request: Request) -> Response:
        """The reports of all teams that were graded. `form` is one of FORMS."""
        form = request.path_params["form"]
        if form not in FORMS:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no such form; the forms are {', '.join(FORMS)}")
        media, render = FORMS[form]
        reports = await run_in_threadpool(self._desk.office.reports)
        return download(render(reports), f"class.{form}", media)

    async def links(self, request: Request) -> Response:
        """The link of every team, to be handed out: it is as good as the team's password."""
        offered(self._desk.office.can_reissue)
        links = await run_in_threadpool(self._desk.office.links)
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["team", "link"])
        rows.writerows([team, urljoin(str(request.base_url), link)] for team, link in links.items())
        return download(text.getvalue(), "links.csv", "text/csv")

    async def report(self, request: Request) -> Response:
        """One team's last report, as a page of its own. Raises HTTPException 404 where it has none."""
        team = await asked_team(self._desk, request)
        report = await run_in_threadpool(self._desk.submissions.last_report, team.stage.store_id)
        if report is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "this team has not been graded yet")
        return download(as_html(report, language_of(request)), f"report-{team.stage.team}.html", "text/html")

    async def evidence(self, request: Request) -> Response:
        """One team's evidence, with what its learner may not see yet."""
        team = await asked_team(self._desk, request)
        held = await run_in_threadpool(all_held, team, self._desk.submissions)
        return await evidence_zip(team, self._desk.submissions, held, language_of(request))


def download(content: str | bytes, name: str, media: str) -> Response:
    """A file for the browser to keep. The name has no character that a header could not hold."""
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

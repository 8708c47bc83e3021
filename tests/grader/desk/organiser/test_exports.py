from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree
from zipfile import ZipFile

import httpx

from grader.batch import SCHEMA
from grader.report import Report
from tests.grader.desk.organiser.conftest import RED, Room
from tests.grader.desk_teams import TOKEN


def graded(room: Room) -> Report:
    """Team blue, graded once."""
    with room.visitor(TOKEN) as team:
        team.post("/api/report")
    (report,) = room.log.reports("blue")
    return report


def test_reports_of_all_teams_in_every_form(room: Room, organiser: httpx.Client) -> None:
    """Of those that were graded, for a spreadsheet, a program, and CI."""
    report = graded(room)
    table = list(csv.DictReader(io.StringIO(organiser.get("/organiser/export.csv").text)))
    assert [row["team"] for row in table] == ["blue"]
    document = organiser.get("/organiser/export.json").json()
    assert document == {"schema": SCHEMA, "teams": [{"team": "blue", "report": report.as_json(), "trouble": ""}]}
    suite = ElementTree.fromstring(organiser.get("/organiser/export.xml").text)
    cases = [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]
    assert cases == [("blue", finding.id) for finding in report.findings]


def test_files_are_to_be_kept(room: Room, organiser: httpx.Client) -> None:
    """By a name that says what they are."""
    graded(room)
    names = {
        "/organiser/export.csv": ("class.csv", "text/csv; charset=utf-8"),
        "/organiser/teams/blue/report.html": ("report-blue.html", "text/html; charset=utf-8"),
        "/organiser/teams/blue/evidence.zip": ("evidence-blue.zip", "application/zip"),
    }
    for path, (name, media) in names.items():
        headers = organiser.get(path).headers
        held = (headers["content-disposition"], headers["content-type"])
        assert held == (f'attachment; filename="{name}"', media)


def test_links_are_those_that_are_handed_out(organiser: httpx.Client) -> None:
    """A line for each team, to be printed or sent."""
    answer = organiser.get("/organiser/links.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="links.csv"'
    assert answer.text.splitlines() == [
        "team,link",
        f"blue,http://lab.example/#token={TOKEN}",
        f"red,http://lab.example/#token={RED}",
    ]


def test_a_report_that_there_is_not(organiser: httpx.Client) -> None:
    """404, as for a form that nobody knows."""
    answers = [organiser.get(path) for path in ("/organiser/teams/blue/report.html", "/organiser/export.pdf")]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (404, {"error": "this team has not been graded yet"}),
        (404, {"error": "there is no such form; the forms are csv, json, xml"}),
    ]


def test_an_organisers_evidence_is_whole(room: Room, organiser: httpx.Client) -> None:
    """With the bundle, which the learner does not have yet, and the report as it was signed."""
    report = graded(room)
    answer = organiser.get("/organiser/teams/blue/evidence.zip")
    with ZipFile(io.BytesIO(answer.content)) as zipped:
        names = [name.removeprefix("evidence-blue/") for name in zipped.namelist()]
        said = json.loads(zipped.read("evidence-blue/report.json"))
    assert names == ["SHA256SUMS", "bundle.json", "manifest.json", "report.html", "report.json"]
    assert said == report.as_json()

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from grader.render import RENDERERS, as_json, as_junit, as_text
from grader.render.junit import Case, junit_suite
from grader.report import Finding, Report, Verdict

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
REPORT = Report(
    team="blue",
    graded_at=NOW,
    findings=(
        Finding(id="instance_id", verdict=Verdict.PASS, points=10, max=10, message="Right.", evidence=("i-0a1",)),
        Finding(id="uploaded_files", verdict=Verdict.FAIL, points=4.5, max=15, message="3 of 4 found; 2 more."),
        Finding(id="isolated", verdict=Verdict.UNKNOWN, points=0, max=15, message="Ask [again] \x1b[31m<soon>."),
    ),
)


def test_text_reads_without_colour() -> None:
    """Marks, points and sentences; nothing in a message is taken for markup or for a terminal's command."""
    assert as_text(REPORT, width=80) == (
        "✓  instance_id      10/10  Right.\n"
        "✗  uploaded_files  4.5/15  3 of 4 found; 2 more.\n"
        "?  isolated          0/15  Ask [again] \ufffd[31m<soon>.\n"
        "\n"
        "blue: 14.5 of 40 points, 15 still open"
    )


def test_text_has_colour_where_it_is_asked_for() -> None:
    """The same words, with the marks coloured."""
    assert "\x1b[32m✓\x1b[0m" in as_text(REPORT, colour=True)


def test_json_is_the_reports_document() -> None:
    """Indented, and nothing else than `as_json`."""
    assert json.loads(as_json(REPORT)) == REPORT.as_json()


def test_junit_is_xml_that_ci_systems_read() -> None:
    """A fail is a failure, an unknown is skipped; a control character does not break the file."""
    suite = ElementTree.fromstring(as_junit(REPORT).encode())
    assert suite.attrib == {"name": "lab blue", "tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert [(case.get("classname"), case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("blue", "instance_id", ["system-out"]),
        ("blue", "uploaded_files", ["failure", "system-out"]),
        ("blue", "isolated", ["skipped", "system-out"]),
    ]
    assert suite[1][0].get("message") == "3 of 4 found; 2 more."
    assert suite[2][0].get("message") == "Ask [again] \ufffd[31m<soon>."
    assert suite[0][0].text == "10 of 10 points\nRight.\ni-0a1"


@pytest.mark.parametrize("form", RENDERERS)
def test_every_renderer_takes_an_empty_report(form: str) -> None:
    """No findings are no reason to fall over."""
    assert RENDERERS[form](Report(team="blue", findings=(), graded_at=NOW))


def test_a_suite_of_other_cases_is_junit_too() -> None:
    """Whatever has cases may be written: what passed without output is an empty case."""
    cases = [Case(classname="c", name="one"), Case(classname="c", name="t\0wo", failure="a\nb", output="said")]
    suite = ElementTree.fromstring(junit_suite("mine", cases).encode())
    assert suite.attrib == {"name": "mine", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    assert [(case.get("name"), [(part.tag, part.get("message")) for part in case]) for case in suite] == [
        ("one", []),
        ("t\ufffdwo", [("failure", "a\nb"), ("system-out", None)]),
    ]

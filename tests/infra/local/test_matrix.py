"""What `lab validate` prints."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

from grader.report import Finding, Report, Verdict
from infra.local.matrix import as_json, as_junit, as_text
from infra.local.validate import Outcome
from scenario.responders.expected import Expected

FINDINGS = (
    Finding(id="instance_id", verdict=Verdict.PASS, points=10, max=10, message="Right."),
    Finding(id="isolated", verdict=Verdict.FAIL, points=0, max=15, message="It was in its original group."),
)
HELD = Outcome(
    name="not_isolated",
    about="Leaves the instance in its group.",
    expected=(("instance_id", Expected("pass", 10)), ("isolated", Expected("fail", 0))),
    report=Report(team="not_isolated", findings=FINDINGS, graded_at=datetime(2026, 1, 1, tzinfo=UTC)),
    faults=(),
)
WRONG = replace(
    HELD, name="lucky", expected=(HELD.expected[0], ("isolated", Expected("pass", 15))), faults=("isolated: fail",)
)


def test_the_matrix_shows_every_ending_and_both_where_they_differ() -> None:
    """A line for each responder, a column for each finding, what is wrong below."""
    expected = """\
              instance
                    id    isolated  score
not_isolated      ✓ 10         ✗ 0     10
lucky             ✓ 10  ✗ 0 ≠ ✓ 15     10
lucky: isolated: fail
2 responders, 1 graded wrongly"""
    assert as_text([HELD, WRONG]) == expected
    assert as_text([HELD]).endswith("1 responders, all as they must")


def test_the_document_tells_what_was_expected_and_what_came() -> None:
    """For machines, and it can be written as JSON."""
    document = as_json([HELD, WRONG])
    assert not document["passed"]
    assert as_json([HELD])["passed"]
    assert document["responders"][1] == {
        "name": "lucky",
        "about": "Leaves the instance in its group.",
        "score": 10,
        "faults": ["isolated: fail"],
        "findings": [
            {
                "id": "instance_id",
                "expected": {"verdict": "pass", "points": 10},
                "got": {"verdict": "pass", "points": 10},
                "max": 10,
                "message": "Right.",
            },
            {
                "id": "isolated",
                "expected": {"verdict": "pass", "points": 15},
                "got": {"verdict": "fail", "points": 0},
                "max": 15,
                "message": "It was in its original group.",
            },
        ],
    }
    assert json.loads(json.dumps(document)) == document


def test_junit_has_a_case_for_each_finding() -> None:
    """And one for the responder as a whole, which holds every fault."""
    suite = ElementTree.fromstring(as_junit([HELD, WRONG]))  # our own XML
    assert (suite.get("tests"), suite.get("failures")) == ("6", "2")
    failed = {(c.get("classname"), c.get("name")) for c in suite if c.find("failure") is not None}
    assert failed == {("lab.validate.lucky", "as a whole"), ("lab.validate.lucky", "isolated")}

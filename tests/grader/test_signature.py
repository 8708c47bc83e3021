from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from grader.render import as_json
from grader.report import Finding, Note, Report, Verdict
from grader.signature import genuine, signed

SECRET, OTHER = b"one secret", b"another secret"
REPORT = signed(
    Report(
        team="blue",
        findings=(
            Finding(id="isolated", verdict=Verdict.PASS, points=15.0, max=15, message="Xong rồi.", evidence=("e-1",)),
            Finding(id="footprint", verdict=Verdict.FAIL, points=2.25, max=10, message="No.", actual=["a\ud800"]),
        ),
        graded_at=datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
        notes=(Note(id="snapshot_first", message="First."),),
        seed_id="0123",
    ),
    SECRET,
)
DOCUMENT = REPORT.as_json()


def test_a_report_is_genuine_as_it_was_signed() -> None:
    """With the lab's secret only, and still after it was sent and read."""
    assert genuine(as_json(REPORT), SECRET)
    assert genuine(as_json(Report.from_json(DOCUMENT)), SECRET)
    assert not genuine(as_json(REPORT), OTHER)


def test_spelling_is_no_tampering() -> None:
    """Order, white space, escapes, and 15 for 15.0, as other programs write JSON."""
    rewritten = json.dumps({**DOCUMENT, "score": 17.250}, sort_keys=True, indent=7).replace("15.0,", "15,")
    assert rewritten != as_json(REPORT)
    assert genuine(rewritten, SECRET)


def test_signing_a_signed_report_again_changes_nothing() -> None:
    """The signature is not part of what is signed."""
    assert signed(REPORT, SECRET) == REPORT


@pytest.mark.parametrize("name", DOCUMENT)
def test_no_member_can_be_changed_or_left_out(name: str) -> None:
    """Every member is under the signature, the signature included."""
    without: dict[str, Any] = {key: value for key, value in DOCUMENT.items() if key != name}
    assert not genuine(json.dumps({**DOCUMENT, name: "x"}), SECRET)
    assert not genuine(json.dumps(without), SECRET)


@pytest.mark.parametrize("change", [{"points": 10}, {"verdict": "pass"}, {"evidence": ["e-2"]}, {"more": None}])
def test_no_finding_can_be_changed(change: dict[str, Any]) -> None:
    """Deep inside counts too, and so does an addition."""
    first, second = DOCUMENT["findings"]
    assert not genuine(json.dumps({**DOCUMENT, "findings": [first, {**second, **change}]}), SECRET)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"score": 100, "score": 0}', "[" * 100_000, b"\xff", '{"a": {"b": 1, "b": 2}}']
)
def test_what_is_no_report_is_refused(text: str | bytes) -> None:
    """Above all a member that is there twice: programs do not agree on which one counts."""
    with pytest.raises(ValueError, match=r"."):
        genuine(text, SECRET)

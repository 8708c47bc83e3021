from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from grader.collected import Collected
from grader.report import Notebook
from tests.grader.desk_teams import KEY, desk_team
from tests.grader.scenes import contained

NOTEBOOK = Notebook(sha256="ab" * 32, at=datetime(2026, 11, 24, 10, 30, tzinfo=UTC))
COLLECTED = Collected(
    evidence=contained().evidence(), sheet=KEY, attempts={"footprint": 2}, hints={"isolated": 1}, notebook=NOTEBOOK
)


def test_what_was_collected_comes_back_as_it_was() -> None:
    """Through JSON text, evidence and all."""
    assert Collected.read(json.dumps(COLLECTED.as_json())) == COLLECTED


def test_judging_again_says_the_same_to_the_letter() -> None:
    """Also the time and the signature: nothing but what was collected goes into a report."""
    again = Collected.read(json.dumps(COLLECTED.as_json()))
    assert desk_team().judge(again) == desk_team().judge(COLLECTED)
    assert desk_team().judge(again).notebook == NOTEBOOK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({**COLLECTED.as_json(), "schema": "ec2-investigation-lab/collected/99"}),
        json.dumps({**COLLECTED.as_json(), "evidence": 1}),
        json.dumps({**COLLECTED.as_json(), "sheet": {"footprint": 1}}),
        json.dumps({**COLLECTED.as_json(), "attempts": {"footprint": None}}),
        json.dumps({**COLLECTED.as_json(), "hints": {"footprint": -1}}),
        json.dumps({**COLLECTED.as_json(), "hints": []}),
        json.dumps({**COLLECTED.as_json(), "notebook": {"sha256": "ab"}}),
        json.dumps({**COLLECTED.as_json(), "notebook": 1}),
        json.dumps(COLLECTED.as_json()).replace("snap-0", "snap-\\udcff"),
        json.dumps({key: value for key, value in COLLECTED.as_json().items() if key != "sheet"}),
    ],
)
def test_what_was_never_collected_is_refused(text: str) -> None:
    """With a reason, never by accident."""
    with pytest.raises(ValueError, match=r"."):
        Collected.read(text)

"""What a verb did for each account, for people and for scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from grader.event.outcomes import Outcome
from infra.event.outcome_table import SCHEMA, document, exit_of, table
from scenario.exits import Exit

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
RED = Outcome(team="red", account_id="1" * 12, act="grade", state="done", score=72.5, max=100, open=0, at=AT)
BLUE = Outcome(
    team="blue",
    account_id="2" * 12,
    act="grade",
    state="unknown",
    cause="events are late",
    score=35.0,
    max=100,
    open=40,
    at=AT,
)
GREEN = Outcome(team="green-team", account_id="3" * 12, act="grade", state="failed", cause="AccessDenied: no", at=AT)


def test_people_read_a_line_for_each_account_and_a_sum() -> None:
    """Columns stand below each other, and causes are whole."""
    assert table([RED, BLUE, GREEN]).splitlines() == [
        "red         111111111111  done     72.5 of 100",
        "blue        222222222222  unknown  35 of 100, 40 open  events are late",
        "green-team  333333333333  failed                       AccessDenied: no",
        "1 of 3 done, 1 unknown, 1 failed",
    ]
    assert table([]) == "0 of 0 done"


def test_scripts_get_every_field() -> None:
    """As JSON holds it."""
    shown = json.loads(json.dumps(document([BLUE])))
    assert shown == {
        "schema": SCHEMA,
        "outcomes": [
            {
                "team": "blue",
                "account_id": "222222222222",
                "act": "grade",
                "state": "unknown",
                "at": "2026-11-24T18:00:00+00:00",
                "cause": "events are late",
                "score": 35.0,
                "max": 100,
                "open": 40,
                "again_at": None,
            }
        ],
    }


def test_the_worst_outcome_is_the_exit_code() -> None:
    """A failure before what is unknown, and that before success."""
    assert [exit_of(some) for some in ([RED], [RED, BLUE], [RED, BLUE, GREEN], [])] == [
        Exit.DONE,
        Exit.NOT_READY,
        Exit.FAILED,
        Exit.DONE,
    ]

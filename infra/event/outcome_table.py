"""What a verb did for each account: a table for people, a document for machines, and an exit code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from grader.event.outcomes import Outcome
from grader.render.words import number
from scenario.exits import Exit

SCHEMA = "ec2-investigation-lab/event-outcomes/1"


def shown(outcomes: Sequence[Outcome], as_json: bool) -> int:
    """Print what became of every account, and say it in an exit code."""
    click.echo(json.dumps(document(outcomes), indent=2, ensure_ascii=False) if as_json else table(outcomes))
    return exit_of(outcomes)


def exit_of(outcomes: Sequence[Outcome]) -> Exit:
    """FAILED where an account failed, NOT_READY where one is unknown, else DONE."""
    states = {outcome.state for outcome in outcomes}
    return Exit.FAILED if "failed" in states else Exit.NOT_READY if "unknown" in states else Exit.DONE


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "schema": SCHEMA,
        "outcomes": [json.loads(json.dumps(asdict(o), default=datetime.isoformat)) for o in outcomes],
    }


def table(outcomes: Sequence[Outcome]) -> str:
    """A line for each account, then how many there are of each kind."""
    cells = [(o.team, o.account_id, o.state, points(o), o.cause) for o in outcomes]
    return "\n".join([*aligned(cells), counts(outcomes)])


def points(outcome: Outcome) -> str:
    """ "35 of 100, 40 open"; nothing where nobody was graded."""
    if outcome.score is None:
        return ""
    still = f", {outcome.open} open" if outcome.open else ""
    return f"{number(outcome.score)} of {outcome.max}{still}"


def counts(outcomes: Sequence[Outcome]) -> str:
    """ "18 of 20 done, 2 failed"."""
    by_state = Counter(outcome.state for outcome in outcomes)
    others = [f"{by_state[state]} {state}" for state in ("unknown", "failed") if by_state[state]]
    return ", ".join([f"{by_state['done']} of {len(outcomes)} done", *others])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines: each column as wide as its widest cell, the last one as it is, empty columns left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]

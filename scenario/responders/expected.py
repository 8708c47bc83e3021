"""What a responder must get for one task, by a model of scoring so simple that it can be seen to be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenario.responders.responder import Ending
from scenario.workshop import Task


@dataclass(frozen=True, slots=True)
class Expected:
    """A verdict ("pass", "fail", "unknown") and its points."""

    verdict: str
    points: float


def expected(expects: Mapping[str, Ending], task: Task, sheet: Mapping[str, Any], key: Mapping[str, Any]) -> Expected:
    """What the task must end with, for the sheet that counts in the end.

    "overlap" compares values as they are written, without any other spelling: of `c` wanted answers and `n` given ones
    `t` are the same, which is worth `t/c * t/n`, and a pass when that is all. The sheet has to hold the field then.
    """
    ending = expects.get(task.id, expects.get(task.kind, "pass"))
    share = _overlap(sheet[task.id], key[task.id]) if ending == "overlap" else float(ending == "pass")
    verdict = ending if ending != "overlap" else "pass" if share == 1 else "fail"
    return Expected(verdict, round(task.points * share, 2))


def _overlap(given: Any, wanted: Any) -> float:
    ours, theirs = _each(given), _each(wanted)
    same = len(ours & theirs)
    return same / len(theirs) * same / len(ours) if same else 0.0


def _each(answer: Any) -> set[str]:
    rows = answer if isinstance(answer, list) else [answer]
    return {str(sorted(row.items()) if isinstance(row, dict) else row) for row in rows}

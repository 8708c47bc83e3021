"""The answers against the answer key: sets score by coverage; feedback counts, and never names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from grader.report import Finding, Verdict
from grader.sheet import normal
from grader.sheet.parse import Sheet

Spelling = Callable[[Any, str], str]
"""An answer as written, and the bucket that the story uploads to: the answer's normal form."""


def _row(answer: Mapping[str, str], _bucket: str) -> str:
    parts = normal.action(answer["action"]), normal.service(answer["service"]), normal.region(answer["region"])
    return " ".join(parts)


SPELLINGS: Mapping[str, Spelling] = {
    "instance_id": lambda answer, _: normal.instance(answer),
    "primary_call": lambda answer, _: normal.action(answer),
    "read_only_calls": lambda answer, _: normal.action(answer),
    "uploaded_files": normal.file,
    "footprint": _row,
    "prevention": lambda answer, _: normal.plain(answer),
}
"""How each field of the sheet is read; these are also the ids of the tasks that ask for them."""


def coverage(given: Set[str], wanted: Set[str]) -> float:
    """(t/c)(t/n), from 0 to 1: t of the n answers given are among the c that are wanted."""
    right = len(given & wanted)
    return right / len(wanted) * right / len(given) if right else 0.0


def compare(field: str, points: int, sheet: Sheet, key: Sheet, *, bucket: str) -> Finding:
    """Judge one field of the sheet. `bucket` is the one that the story uploads to."""
    if field not in sheet:
        return Finding(
            id=field,
            verdict=Verdict.FAIL,
            points=0.0,
            max=points,
            message=f"Not answered yet: the sheet has no {field}.",
        )
    given, wanted = (_spelt(field, answers[field], bucket) for answers in (sheet, key))
    share = coverage(given, wanted)
    passed = given == wanted
    return Finding(
        id=field,
        verdict=Verdict.PASS if passed else Verdict.FAIL,
        points=round(points * share, 2),
        max=points,
        message=_counted(given, wanted) if isinstance(sheet[field], list) else _RIGHT if passed else _WRONG,
        evidence=tuple(sorted(given)) if passed else (),
    )


_RIGHT = "Right."
_WRONG = "Not right yet: look at the events again."


def _spelt(field: str, answer: Any, bucket: str) -> frozenset[str]:
    answers = answer if isinstance(answer, list) else [answer]
    return frozenset(SPELLINGS[field](a, bucket) for a in answers)


def _counted(given: Set[str], wanted: Set[str]) -> str:
    if given == wanted:
        return f"All {len(wanted)} found, none too many."
    right = len(given & wanted)
    return f"{right} of {len(wanted)} found; {len(given) - right} of those given do not belong."

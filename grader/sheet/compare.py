"""The answers against the answer key: sets score by coverage; feedback counts, and never names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from grader.report import Finding, Verdict
from grader.sheet import normal
from grader.sheet.noise import neutral
from grader.sheet.parse import Sheet

Spelling = Callable[[Any, str], str]
"""An answer as written, and the bucket that the story uploads to: the answer's normal form."""

REMEMBERED = 4096  # normal forms: the same few calls come again in every sheet and every store

action = lru_cache(maxsize=REMEMBERED)(normal.action)


@lru_cache(maxsize=REMEMBERED)
def row(action: str, service: str, region: str) -> str:
    """One row of the footprint in normal form; only its Region, which comes last, can hold white space."""
    return f"{normal.action(action)} {normal.service(service)} {normal.region(region)}"


SPELLINGS: Mapping[str, Spelling] = {
    "instance_id": lambda answer, _: normal.instance(answer),
    "primary_call": lambda answer, _: action(answer),
    "read_only_calls": lambda answer, _: action(answer),
    "uploaded_files": normal.file,
    "footprint": lambda answer, _: row(answer["action"], answer["service"], answer["region"]),
    "prevention": lambda answer, _: normal.choice(answer),
}
"""How each field of the sheet is read; these are also the ids of the tasks that ask for them."""


def coverage(given: Set[str], wanted: Set[str]) -> float:
    """(t/c)(t/n), from 0 to 1: t of the n answers given are among the c that are wanted."""
    right = len(given & wanted)
    return right / len(wanted) * right / len(given) if right else 0.0


def compare(
    field: str,
    points: int,
    sheet: Sheet,
    key: Sheet,
    *,
    bucket: str,
    proofs: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Finding:
    """Judge one field of the sheet.

    `bucket` is the one that the story uploads to, `proofs` the ids of events by the entry of the key that they prove,
    in normal form.
    """
    if field not in sheet:
        return Finding(
            id=field,
            verdict=Verdict.FAIL,
            points=0.0,
            max=points,
            message=f"Not answered yet: the sheet has no {field}.",
        )
    given, wanted = (spelt(field, answers[field], bucket) for answers in (sheet, key))
    given -= neutral(field, given - wanted)
    passed = given == wanted
    return Finding(
        id=field,
        verdict=Verdict.PASS if passed else Verdict.FAIL,
        points=round(points * coverage(given, wanted), 2),
        max=points,
        message=_counted(given, wanted) if isinstance(sheet[field], list) else _RIGHT if passed else _WRONG,
        evidence=tuple(dict.fromkeys(id_ for entry in sorted(wanted) for id_ in proofs.get(entry, ()) if passed)),
    )


_RIGHT = "Right."
_WRONG = "Not right yet: look at the events again."


def spelt(field: str, answer: Any, bucket: str) -> frozenset[str]:
    """An answer in normal form: a set, of one where the field takes one."""
    answers = answer if isinstance(answer, list) else [answer]
    return frozenset(SPELLINGS[field](a, bucket) for a in answers)


def _counted(given: Set[str], wanted: Set[str]) -> str:
    if given == wanted:
        return f"All {len(wanted)} found, none too many."
    right = len(given & wanted)
    return f"{right} of {len(wanted)} found; {len(given) - right} of those given do not belong."

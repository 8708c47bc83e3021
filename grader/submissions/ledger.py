"""Which answers count: of each field the latest, for as long as the team has attempts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.sheet.compare import SPELLINGS, spelt
from grader.sheet.parse import Sheet
from grader.submissions.log import Act, Submission

ATTEMPTS = 10
"""How many answers to one question count, where an organiser says nothing else."""

ATTEMPTS_RESET = "attempts"
"""The kind of act by which an organiser gives a lab its attempts at a task, the act's `detail`, once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a team's submissions come to.

    `refused` are the fields whose latest answer came too late: their earlier one stays.
    """

    sheet: Sheet
    attempts: Mapping[str, int]  # by field: answers that counted, since an organiser reset them
    refused: frozenset[str]


def ledger(
    submissions: Sequence[Submission], acts: Sequence[Act] = (), *, bucket: str, limit: int = ATTEMPTS
) -> Ledger:
    """Add up a team's submissions and what an organiser did to its lab, each the oldest first.

    A field that is left out keeps its answer. An answer is an attempt where it changes the one before it in normal
    form: the same once more, or spelt otherwise, costs nothing. `bucket` is the one that the story uploads to.
    """
    sheet: dict[str, Any] = {}
    attempts: Counter[str] = Counter()
    refused: set[str] = set()
    resets = deque(act for act in acts if act.kind == ATTEMPTS_RESET)
    for submission in submissions:
        while resets and resets[0].at <= submission.at:
            del attempts[resets.popleft().detail]
        for field in SPELLINGS.keys() & submission.sheet.keys():
            answer = submission.sheet[field]
            changed = field not in sheet or _differ(field, answer, sheet[field], bucket)
            if changed and attempts[field] >= limit:
                refused.add(field)
                continue
            refused.discard(field)
            attempts[field] += changed
            sheet[field] = answer
    for reset in resets:
        del attempts[reset.detail]
    return Ledger(sheet=sheet, attempts=dict(attempts), refused=frozenset(refused))


def _differ(field: str, one: Any, other: Any, bucket: str) -> bool:
    return bool(one != other) and spelt(field, one, bucket) != spelt(field, other, bucket)

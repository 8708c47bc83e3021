"""Copied work: a sheet that holds what only another team's lab holds. For organisers; no learner hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.sheet.compare import SPELLINGS, spelt
from grader.sheet.parse import Sheet
from grader.submissions.log import Submission

_ONE_OF_A_KIND = ("instance_id", "uploaded_files")  # nobody meets another team's by chance
_BY_CHANCE = ("primary_call",)  # one of few: alone it proves nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A team's key, and the bucket that its story uploads to."""

    key: Sheet
    bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A submission that matches another team's key in fields where that differs from the team's own."""

    team: str
    like: str  # the other team
    submission: int
    fields: tuple[str, ...]


def flags(submissions: Sequence[Submission], team: str, references: Mapping[str, Reference]) -> list[Flag]:
    """Every submission of a team that looks like another's work; an answer that was corrected later counts too."""
    return [flag for submission in submissions for flag in _flags(submission, team, references)]


def _flags(submission: Submission, team: str, references: Mapping[str, Reference]) -> Iterator[Flag]:
    for like, other in references.items():
        alike = tuple(
            f for f in SPELLINGS if f in submission.sheet and _alike(f, submission.sheet, references[team], other)
        )
        if like != team and set(alike) - set(_BY_CHANCE):
            yield Flag(team=team, like=like, submission=submission.number, fields=alike)


def _alike(field: str, sheet: Sheet, own: Reference, other: Reference) -> bool:
    """One entry of a kind that is only the other's is enough; of what many labs hold it takes the whole answer."""
    mine, theirs = (spelt(field, r.key[field], r.bucket) for r in (own, other))
    given = spelt(field, sheet[field], other.bucket)
    if field in _ONE_OF_A_KIND:
        return bool(given & (theirs - mine))
    return theirs != mine and given == theirs

"""What the event data store says of each answer: the key comes from the story, and has to agree with it.

Where it does not (the traffic did not run, events are missing, somebody else used the role), no answer can be judged:
that is the lab's fault, which its organiser hears of, and no learner's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from grader.evidence.bundle import Evidence
from grader.evidence.calls import Call
from grader.sheet import normal
from grader.sheet.compare import action, row, spelt
from grader.sheet.noise import is_noise
from grader.sheet.parse import Sheet

Told = Mapping[str, Sequence[str]]
"""The right answer in normal form, each entry with the ids of events that prove it."""


def told(field: str, evidence: Evidence) -> Told | None:
    """What the store says of one field; None for a field that it cannot know."""
    if field not in _READINGS:
        return None
    return _READINGS[field](evidence, [c for c in evidence.calls if not is_noise(c.name, c.source)])


def health(key: Sheet, evidence: Evidence) -> tuple[str, ...]:
    """What keeps this lab from being gradable, a sentence each, for its organiser only: they may hold the key."""
    if "calls" in evidence.gaps:
        return (f"the key cannot be held against the event data store: {evidence.gaps['calls']}",)
    return tuple(sentence for field in key for sentence in _disagreement(field, key, evidence))


def _disagreement(field: str, key: Sheet, evidence: Evidence) -> list[str]:
    said, wanted = told(field, evidence), spelt(field, key[field], evidence.stage.drop_bucket)
    if said is None or said.keys() == wanted:
        return []
    missing, strange = sorted(wanted - said.keys()), sorted(said.keys() - wanted)
    return [f"{field}: the story and the event data store disagree; missing {missing}, not of the story {strange}"]


def _instance(evidence: Evidence, calls: Sequence[Call]) -> Told:
    """The instance that asks for buckets."""
    stage = evidence.stage
    return _by((stage.instance_id, call) for call in calls if call.name == "ListBuckets")


def _primary(_: Evidence, calls: Sequence[Call]) -> Told:
    totals: Counter[str] = Counter()
    for call in calls:
        totals[call.name] += call.total
    most = max(totals.values(), default=0)
    return _by((action(call.name), call) for call in calls if totals[call.name] == most)


def _read_only(_: Evidence, calls: Sequence[Call]) -> Told:
    return _by((action(call.name), call) for call in calls if call.read_only)


def _uploaded(evidence: Evidence, calls: Sequence[Call]) -> Told:
    bucket = evidence.stage.drop_bucket
    return _by((normal.file(call.key, bucket), call) for call in calls if call.name == "PutObject")


def _footprint(_: Evidence, calls: Sequence[Call]) -> Told:
    return _by((row(call.name, call.source, call.region), call) for call in calls)


_READINGS: Mapping[str, Callable[[Evidence, Sequence[Call]], Told]] = {
    "instance_id": _instance,
    "primary_call": _primary,
    "read_only_calls": _read_only,
    "uploaded_files": _uploaded,
    "footprint": _footprint,
}

FIELDS = tuple(_READINGS)
"""The fields of a sheet that the event data store can speak of."""


def _by(entries: Iterable[tuple[str, Call]]) -> Told:
    found: dict[str, list[str]] = {}
    for entry, call in entries:
        found.setdefault(entry, []).append(call.event_id)
    return found

"""When a lab is ready: every kind of event that the answer key needs can be queried in its store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grader.desk.team import DeskTeam
from scenario.query import QueryBusyError, QueryFailedError, QueryTimeoutError
from scenario.responders.reference import ReferenceLearner

FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.2, 1.6, 15.0  # seconds between looks; each look costs three queries
NOT_YET = (QueryBusyError, QueryFailedError, QueryTimeoutError)  # a table without any file may fail its query

DATA, MANAGEMENT = "S3 data events", "management events"
TYPICAL: Mapping[str, str] = {
    MANAGEMENT: "about 5 minutes after the call, at times 15",
    DATA: "about 5 minutes after the call, at times 15",
}
"""By kind, when an event can typically be queried: CloudTrail promises no time (user guide, "CloudTrail Lake")."""

Seen = dict[str, set[str]]
"""By kind of event, what was found; or what is needed."""


class NotReadyError(RuntimeError):
    """What the answer key needs could not be queried in time. The message names it, and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What could be queried at one moment."""

    seconds: float  # since the waiting began
    needed: Seen
    seen: Seen

    @property
    def missing(self) -> Seen:
        """What is needed and was not seen."""
        return {kind: self.needed[kind] - self.seen[kind] for kind in self.needed}

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not any(self.missing.values())

    def as_json(self) -> dict[str, Any]:
        """What `lab wait --json` prints of a team."""
        missing = {kind: sorted(names) for kind, names in self.missing.items()}
        return {"ready": self.ready, "seconds": round(self.seconds, 1), "missing": missing}

    def __str__(self) -> str:
        """In one line."""
        found = (f"{kind}: {len(names & self.seen[kind])} of {len(names)}" for kind, names in self.needed.items())
        return f"{self.seconds:4.0f} s  {', '.join(found)}"


def wait(desk: DeskTeam, timeout: timedelta, say: Callable[[str], None]) -> Look:
    """Wait until a team's lab is ready or the time is over, and tell of every kind of event as it comes.

    Gives the last look. Raises QueryRejectedError, botocore's errors.
    """
    before: Look | None = None
    for look in looks(desk, timeout):
        if before is None or look.seen != before.seen:
            say(f"team {desk.stage.team}: {look}")
        if look.ready:
            break
        if before is None:
            say("\n".join(f"{kind} can be queried {typical}" for kind, typical in TYPICAL.items()))
        before = look
    return look


def require(desk: DeskTeam, look: Look) -> None:
    """Raises NotReadyError where something is missing."""
    if not look.ready:
        raise NotReadyError(_too_late(desk, look))


def looks(desk: DeskTeam, timeout: timedelta) -> Iterator[Look]:
    """Look at the store again and again, at last when the time is over."""
    needed = needed_by(desk.key())
    for seconds in pauses(timeout):
        yield Look(seconds=seconds, needed=needed, seen=seen_in(desk))


def pauses(timeout: timedelta) -> Iterator[float]:
    """Seconds that have passed, after pauses that grow: at once, and at last when the time is over."""
    pause, began = FIRST_PAUSE, time.monotonic()
    while True:
        seconds = time.monotonic() - began
        yield seconds
        left = timeout.total_seconds() - seconds
        if left <= 0:
            return
        time.sleep(min(pause, left))
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def needed_by(key: Mapping[str, Any]) -> Seen:
    """What an answer key needs."""
    return _sorted_out(key["footprint"], key["uploaded_files"])


def seen_in(desk: DeskTeam) -> Seen:
    """What the grader can query of the instance by now. Raises QueryRejectedError, botocore's errors."""
    stage = desk.stage
    learner = ReferenceLearner(desk.session(), store_id=stage.store_id, store_kind=stage.store_kind)
    try:
        return _sorted_out(learner.footprint(stage.instance_id), learner.uploaded_files(stage.instance_id))
    except NOT_YET:
        return _sorted_out([], [])


def _sorted_out(footprint: list[dict[str, Any]], files: list[str]) -> Seen:
    calls = {"{action} ({service}, {region})".format(**entry) for entry in footprint if entry["action"] != "PutObject"}
    return {MANAGEMENT: calls, DATA: {f"PutObject of {file}" for file in files}}


def _named(kind: str, missing: set[str], needed: set[str]) -> str:
    return f"any of its {len(needed)} {kind}" if missing == needed else ", ".join(sorted(missing))


def _too_late(desk: DeskTeam, look: Look) -> str:
    missing = ", ".join(_named(kind, names, look.needed[kind]) for kind, names in look.missing.items() if names)
    waited = f"{look.seconds:.0f} s" if look.seconds < 120 else f"{look.seconds / 60:.0f} min"
    return (
        f"after {waited} the store of team {desk.stage.team} does not have: {missing}. "
        f"Events come {TYPICAL[MANAGEMENT]}: `lab wait` again; if nothing comes at all, look whether instance "
        f"{desk.stage.instance_id} runs, and `lab replay` has it play once more"
    )

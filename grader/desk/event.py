"""The organiser's event: it begins, pauses and ends by what the organiser did, which is kept and never changed.

A lab in which no organiser did anything is running: who learns alone needs none.

| phase | what may be done |
|---|---|
| running | PAUSE, END, HOLD |
| before | START, END |
| paused | RESUME, END |
| ended | RESUME |

At any time: FREEZE and UNFREEZE the scoreboard, ENDS_AT a time of the future (ISO 8601), or "" for none.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock

from grader.submissions import Act, Submissions


class Phase(StrEnum):
    """How far the event is."""

    BEFORE = "before"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Kind(StrEnum):
    """What an organiser may do to the event."""

    HOLD = "hold"  # learners wait for the start
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    ENDS_AT = "ends_at"


LEADS_TO: Mapping[Phase, Mapping[Kind, Phase]] = {
    Phase.BEFORE: {Kind.START: Phase.RUNNING, Kind.END: Phase.ENDED},
    Phase.RUNNING: {Kind.PAUSE: Phase.PAUSED, Kind.END: Phase.ENDED, Kind.HOLD: Phase.BEFORE},
    Phase.PAUSED: {Kind.RESUME: Phase.RUNNING, Kind.END: Phase.ENDED},
    Phase.ENDED: {Kind.RESUME: Phase.RUNNING},
}


class NotNowError(ValueError):
    """An act that the event's phase does not allow; the message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The event at one moment. All times are UTC."""

    at: datetime  # the moment
    phase: Phase = Phase.RUNNING
    since: datetime | None = None  # when the phase began; None where no organiser did anything
    ends: datetime | None = None  # when it ends, or ended, by the clock
    frozen: datetime | None = None  # what the scoreboard shows is of then

    @property
    def taking(self) -> bool:
        """Whether sheets, hints and reports are taken."""
        return self.phase is Phase.RUNNING

    @property
    def allowed(self) -> tuple[Kind, ...]:
        """What may be done to it now, the likeliest first."""
        return (*LEADS_TO[self.phase], Kind.UNFREEZE if self.frozen else Kind.FREEZE, Kind.ENDS_AT)

    @property
    def left(self) -> int | None:
        """Seconds until its end, rounded up; None where none is set, or it is over."""
        if self.ends is None or self.phase is Phase.ENDED:
            return None
        return math.ceil((self.ends - self.at).total_seconds())


def event_of(acts: Iterable[Act], now: datetime) -> Event:
    """The event that these acts make, the oldest first. What its phase does not allow changes nothing."""
    event = Event(at=now)
    for act in acts:
        event = _after(_at(event, act.at), act)
    return _at(event, now)


def _at(event: Event, now: datetime) -> Event:
    """The event then, which the clock may have ended."""
    if event.ends and event.phase is not Phase.ENDED and now >= event.ends:
        event = replace(event, phase=Phase.ENDED, since=event.ends)
    return replace(event, at=now)


def _after(event: Event, act: Act) -> Event:
    kind = Kind(act.kind)
    if kind not in event.allowed:
        return event
    if kind is Kind.ENDS_AT:
        return replace(event, ends=datetime.fromisoformat(act.detail) if act.detail else None)
    if kind in (Kind.FREEZE, Kind.UNFREEZE):
        return replace(event, frozen=act.at if kind is Kind.FREEZE else None)
    over = event.ends is not None and event.ends <= act.at  # whoever goes on after the end has no end any more
    phase = LEADS_TO[event.phase][kind]
    return replace(event, phase=phase, since=act.at, ends=None if over else event.ends)


def event_id(organiser_token: str) -> str:
    """Names the event of whoever has this token: a lab that is made anew has another one, one that goes on the same."""
    return "event-" + hashlib.sha256(organiser_token.encode()).hexdigest()[:16]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Acts:
    """What was done to one event: kept in `submissions`, and at hand. Any thread may ask and `do`."""

    submissions: Submissions
    id: str
    clock: Callable[[], datetime] = utc_now
    _acts: list[Act] = field(init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._acts = list(self.submissions.acts(self.id))

    def event(self) -> Event:
        """The event now."""
        return event_of(tuple(self._acts), self.clock())

    def do(self, kind: Kind, detail: str = "") -> Event:
        """Do something to it; gives the event as it is then. Raises NotNowError."""
        with self._lock:
            act = Act(of=self.id, kind=kind, at=self.clock(), detail=detail)
            _check(self.event(), act)
            self.submissions.add_act(act)
            self._acts.append(act)
            return self.event()


def _check(event: Event, act: Act) -> None:
    kind = Kind(act.kind)
    if kind not in event.allowed:
        raise NotNowError(f"the event is {event.phase}: it cannot {kind} now")
    if kind is Kind.ENDS_AT and act.detail and datetime.fromisoformat(act.detail) <= act.at:
        raise NotNowError("an event can only end in the future")

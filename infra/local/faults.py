"""Faults that organisers switch on in a running lab: what AWS is like on a bad day.

They bind everybody in a team's account, the grader too. CloudTrail records refused calls as it records all others.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final

from msgspec import Meta, Struct
from msgspec.structs import asdict

from infra.local.chance import chance
from infra.local.errors import Fault as Refusal
from infra.local.errors import FaultError

PATH: Final = "/_lab/faults"  # where `infra.local.fault_door` is


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a fault does."""

    about: str
    operation: str | None = None  # the one that it is about, where that is not for the organiser to choose
    service: str | None = None  # whose operations they have to be
    refusal: Refusal | None = None  # how calls are refused


KINDS: Final[Mapping[str, Kind]] = {
    "throttle": Kind(
        about="calls are refused, for there are too many: RequestLimitExceeded, ThrottlingException, SlowDown",
        refusal="throttled",
    ),
    "unavailable": Kind(about="calls are refused with 503: the service is down", refusal="unavailable"),
    "failed-snapshot": Kind(
        about="new snapshots end in the state error, new images in failed", operation="ec2:CreateSnapshot"
    ),
    "lag": Kind(about="EC2 describes what was there --seconds ago", service="ec2"),
}
REFUSALS: Final[Mapping[str, Refusal]] = {name: kind.refusal for name, kind in KINDS.items() if kind.refusal}


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault of one account."""

    kind: str  # of KINDS
    operation: str  # "ec2:CreateSnapshot"; `*` stands for any letters
    times: Annotated[int, Meta(ge=1)] | None = None  # how often it strikes; None: until it is cleared
    rate: Annotated[float, Meta(ge=0, le=1)] = 1.0  # how probable it is that it strikes
    seconds: Annotated[float, Meta(ge=0)] = 30.0  # of a lag


@dataclass(slots=True)
class _Held:
    fault: Fault
    struck: int = 0

    def strikes(self, kinds: Collection[str], operation: str) -> bool:
        spent = self.fault.times is not None and self.struck >= self.fault.times
        meant = self.fault.kind in kinds and fnmatchcase(operation, self.fault.operation)
        return meant and not spent and chance().random() < self.fault.rate


class Faults:
    """The faults of every account. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, list[_Held]] = {}

    def add(self, account_id: str, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._held.setdefault(account_id, []).append(_Held(fault))

    def clear(self, account_id: str) -> None:
        """Switch all faults of the account off."""
        with self._lock:
            self._held.pop(account_id, None)

    def shown(self, account_id: str) -> Sequence[Mapping[str, Any]]:
        """The account's faults as documents, each with how often it `struck`."""
        with self._lock:
            return [{**asdict(held.fault), "struck": held.struck} for held in self._held.get(account_id, ())]

    def strike(self, account_id: str, kinds: Collection[str], operation: str) -> Fault | None:
        """The fault of these kinds that strikes this operation ("ec2:CreateSnapshot") now, if any; it is counted."""
        with self._lock:
            for held in self._held.get(account_id, ()):
                if held.strikes(kinds, operation):
                    held.struck += 1
                    return held.fault
        return None

    def refuse(self, account_id: str, operation: str) -> None:
        """Raises FaultError where a fault strikes that refuses calls of this operation."""
        if fault := self.strike(account_id, REFUSALS, operation):
            raise FaultError(REFUSALS[fault.kind])

    def longest_lag(self, account_id: str) -> float:
        """How many seconds back a describe of this account may look."""
        with self._lock:
            lags = [held.fault.seconds for held in self._held.get(account_id, ()) if held.fault.kind == "lag"]
        return max(lags, default=0.0)

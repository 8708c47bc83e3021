"""EC2 describes what was there some seconds ago.

AWS: "The Amazon EC2 API follows an eventual consistency model" (EC2 API reference): a describe soon after a change may
not show it yet, and may not know what was just made.
Bare moto: every describe shows everything. So does a lab, unless it is asked for a lag (`lab up
--eventual-consistency`) or its organiser switches one on (`lab fault lag`): then each change of an account through the
EC2 API is preceded by a copy of what was there, and describes look at the copy that is old enough.
"""

from __future__ import annotations

import pickle
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any, Final
from weakref import WeakKeyDictionary

from moto.core.common_types import TYPE_RESPONSE
from moto.ec2.models import EC2Backend
from moto.ec2.responses._base_response import EC2BaseResponse

from infra.local.aws.settings import settings

READING: Final = ("Describe", "Get")


@dataclass
class _Kept:
    """What was there until a change."""

    until: float
    pickled: bytes

    @cached_property
    def backend(self) -> EC2Backend:
        backend: EC2Backend = pickle.loads(self.pickled)  # noqa: S301 - our own, a moment ago
        return backend


_kept: Final[WeakKeyDictionary[EC2Backend, deque[_Kept]]] = WeakKeyDictionary()


def keep(backend: EC2Backend, seconds: float) -> None:
    """Remember what is there now, before it changes, for so long."""
    kept, now = _kept.setdefault(backend, deque()), monotonic()
    while kept and kept[0].until <= now - seconds:
        kept.popleft()
    kept.append(_Kept(now, pickle.dumps(backend)))


def seen(backend: EC2Backend, seconds: float) -> EC2Backend:
    """What was there so many seconds ago; where nothing was kept that is so old, the oldest that was."""
    then = monotonic() - seconds
    return next((kept.backend for kept in _kept.get(backend, ()) if kept.until > then), backend)


class LaggingAnswers(EC2BaseResponse):
    """EC2's answers, of late if that is asked for."""

    _seen: EC2Backend | None = None

    @property
    def ec2_backend(self) -> Any:
        """What the operation is about: the present, or a moment ago."""
        return self._seen or super().ec2_backend

    def call_action(self) -> TYPE_RESPONSE:
        """As moto's; a describe may see the past, and before anything else the present is kept for it."""
        present, operation = super().ec2_backend, str(self._get_action())
        faults, usual = settings().faults, settings().eventual_consistency
        if operation.startswith(READING):
            fault = faults.strike(self.current_account, ("lag",), f"ec2:{operation}")
            lag = fault.seconds if fault else usual
            self._seen = seen(present, lag) if lag else None
        elif longest := max(usual, faults.longest_lag(self.current_account)):
            keep(present, longest)
        return super().call_action()

"""How often one team may ask: so many at once, and as many again in each minute."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.exceptions import HTTPException

PER_MINUTE = 60


@dataclass(slots=True)
class Rate:
    """A bucket of tokens for each team, full at first. For one thread."""

    per_minute: int = PER_MINUTE
    clock: Callable[[], float] = time.monotonic  # seconds
    _held: dict[str, tuple[float, float]] = field(default_factory=dict)  # by team: tokens, and when they were counted

    def wait(self, team: str) -> float:
        """Take a token and give 0.0, or take none and give the seconds until there is one."""
        now = self.clock()
        tokens, counted = self._held.get(team, (float(self.per_minute), now))
        tokens = min(float(self.per_minute), tokens + (now - counted) * self.per_minute / 60)
        self._held[team] = (tokens - 1 if tokens >= 1 else tokens, now)
        return 0.0 if tokens >= 1 else (1 - tokens) * 60 / self.per_minute


def admit(rate: Rate, who: str) -> None:
    """Take a token. Raises HTTPException 429 with `Retry-After` where there is none."""
    if wait := math.ceil(rate.wait(who)):
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS, f"your team asks too often: wait {wait} s", {"Retry-After": str(wait)}
        )

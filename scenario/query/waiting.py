"""How long one query has been going on, and when to look again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.01, 1.6, 2.0  # seconds; local AWS answers in milliseconds, AWS in many seconds


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """The time of one query, which began when this was made."""

    patience: float  # seconds
    began: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """So far."""
        return time.monotonic() - self.began

    def pauses(self) -> Iterator[float]:
        """Let the caller try at once, then after pauses that grow, at last when patience ends."""
        pause = FIRST_PAUSE
        yield 0
        while (left := self.patience - self.seconds()) > 0:
            time.sleep(min(pause, left))
            yield pause
            pause = min(pause * GROWTH, LONGEST_PAUSE)

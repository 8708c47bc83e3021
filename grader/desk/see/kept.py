"""What the store answered a moment ago: asked for once, however many browsers of a team want to see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")
FRESH = 5.0  # seconds that what changes by itself is kept
LASTS = 300.0  # seconds that what cannot change is kept: the key names the moment it is of
ERROR_LASTS = 5.0  # seconds: it is asked again soon
MOST = 300  # answers


@dataclass(slots=True)
class _Answer:
    lock: Lock = field(default_factory=Lock)
    until: float = 0.0
    value: Any = None
    error: Exception | None = None


@dataclass(slots=True)
class Kept:
    """Answers by what was asked; also those that were errors, for a short time. Any thread may ask.

    A slow answer is kept longer than a quick one: four times as long as it took.
    """

    clock: Callable[[], float] = time.monotonic  # seconds
    _lock: Lock = field(default_factory=Lock)
    _answers: dict[Hashable, _Answer] = field(default_factory=dict)

    def get(self, asked: Hashable, ask: Callable[[], T], lasts: float = LASTS) -> T:
        """The answer to `asked`, which `ask` gives and which is kept for so many seconds. Raises what it raises."""
        answer = self._answer(asked)
        with answer.lock:
            began = self.clock()
            if began >= answer.until:
                answer.value = answer.error = None
                try:
                    answer.value = ask()
                except Exception as error:  # noqa: BLE001 - whoever asks within the next seconds gets it too
                    answer.error = error
                now = self.clock()
                answer.until = now + (ERROR_LASTS if answer.error else max(lasts, 4 * (now - began)))
            if answer.error is not None:
                raise answer.error
            return cast("T", answer.value)

    def _answer(self, asked: Hashable) -> _Answer:
        with self._lock:
            while len(self._answers) >= MOST and asked not in self._answers:
                del self._answers[next(iter(self._answers))]  # the oldest: who waits for it holds it
            return self._answers.setdefault(asked, _Answer())

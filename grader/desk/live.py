"""What changes while a page is open: told to it as server-sent events, or, where those cannot be had, when it asks.

A page learns only that something of a topic is new, and asks for that part anew.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

Topic = Literal["sheet", "findings", "hints", "events", "account", "event"]
"""An answer sheet came, findings changed, a hint was shown, CloudTrail events came, the account's state changed, the
organiser's event began, paused or ended."""

EVERYONE = ""

POLLED = 15.0  # seconds for which whoever asked is taken to look still


@dataclass(slots=True)
class Live:
    """How often each topic of each lab changed, and who wants to know. Any thread may `tell`."""

    _lock: Lock = field(default_factory=Lock)
    _versions: Counter[tuple[str, str]] = field(default_factory=Counter)
    _watchers: dict[asyncio.Event, tuple[asyncio.AbstractEventLoop, str]] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)  # by lab: when somebody did, of the monotonic clock

    def tell(self, lab: str, *topics: Topic) -> None:
        """Something of these topics is new in a lab: its store id, or EVERYONE."""
        with self._lock:
            for topic in topics:
                self._versions[lab, topic] += 1
            for event, (loop, watched) in self._watchers.items():
                if lab in (watched, EVERYONE) or watched == EVERYONE:
                    loop.call_soon_threadsafe(event.set)

    def now(self, lab: str) -> Mapping[str, int]:
        """By topic: how often it changed, in this lab and in all labs at once. EVERYONE sees the changes of each."""
        with self._lock:
            seen: Counter[str] = Counter()
            for (whose, topic), count in self._versions.items():
                if lab == EVERYONE or whose in (lab, EVERYONE):
                    seen[topic] += count
            return dict(seen)

    def asked(self, lab: str) -> Mapping[str, int]:
        """What `now` gives, to somebody who will soon ask again."""
        with self._lock:
            self._asked[lab] = time.monotonic()
        return self.now(lab)

    def watched(self) -> frozenset[str]:
        """The labs that somebody looks at now."""
        recently = time.monotonic() - POLLED
        with self._lock:
            asked = {lab for lab, at in self._asked.items() if at >= recently}
            return frozenset(asked.union(lab for _, lab in self._watchers.values()))

    async def changes(self, lab: str) -> AsyncIterator[Mapping[str, int]]:
        """What is new, as `now` gives it: at once, and whenever it changes."""
        with self._watching(lab) as event:
            while True:
                event.clear()
                yield self.now(lab)
                await event.wait()

    @contextmanager
    def _watching(self, lab: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        with self._lock:
            self._watchers[event] = (asyncio.get_running_loop(), lab)
        try:
            yield event
        finally:
            with self._lock:
                del self._watchers[event]

"""The lab's clock: every call happens at some moment, and whatever answers it takes that moment for now.

A learner's calls happen when they are made. The lab's own past - its deployment, its story - is made within seconds,
by sessions whose calls say when they happened. Only the process that serves the lab can let a session do so: such a
call carries its time under a code that is made with a secret of the run, and for this one call.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest

from infra.local.errors import FaultError

HEADER = "x-lab-time"  # "2026-01-31T23:59:59+00:00 CODE"
SECOND = timedelta(seconds=1)


@dataclass
class _Moment:
    time: datetime
    moves: bool


_moment: ContextVar[_Moment | None] = ContextVar("the call's time", default=None)


def now() -> datetime:
    """The time of the call that is being answered (UTC); between calls, the real time."""
    moment = _moment.get()
    return moment.time if moment else datetime.now(UTC)


@contextmanager
def at(time: datetime, *, moves: bool = False) -> Iterator[None]:
    """Within the block it is this time (UTC). `moves` lets `move_on` change it."""
    token = _moment.set(_Moment(time, moves))
    try:
        yield
    finally:
        _moment.reset(token)


def move_on(span: timedelta) -> None:
    """Let time pass within a call of the past; no call that happens now lasts into the future."""
    moment = _moment.get()
    if moment and moment.moves:
        moment.time += span


class Timekeeper:
    """Lets sessions say when their calls happen, and knows such calls again. Whoever holds it rules the clock."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def lead(self, session: boto3.Session, time: Callable[[], datetime]) -> None:
        """From now on each call of the session happens when `time` says (UTC), asked anew before each."""

        def stamp(request: AWSPreparedRequest, **_: Any) -> None:
            text, headers = time().isoformat(), request.headers
            signed = headers["Authorization"]
            headers[HEADER] = f"{text} {self._code(text, signed if isinstance(signed, str) else signed.decode())}"

        session.events.register("before-send", stamp)

    def time_of(self, headers: Mapping[str, str]) -> datetime | None:
        """When a call says that it happens; None for one that happens now. `headers` have lower-case names.

        Raises FaultError("denied") for a time that no session of ours has set.
        """
        if HEADER not in headers:
            return None
        text, _, code = headers[HEADER].partition(" ")
        expected = self._code(text, headers.get("authorization", ""))
        if not hmac.compare_digest(expected.encode(), code.encode()):
            raise FaultError("denied", "The time of a call is not for its caller to set.")
        return datetime.fromisoformat(text)

    def _code(self, time: str, authorization: str) -> str:
        # The authorization holds the caller's key and the signature over everything else that matters.
        return hmac.new(self._secret, f"{time}\n{authorization}".encode(), "sha256").hexdigest()


class Seconds:
    """Gives every change a later second than the one before it, for CloudTrail tells no finer time."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def take(self, whose: str, time: datetime, *, changes: bool) -> datetime:
        """The time of a call: this one, or where that is too early, the first that is not.

        A call that changes something is later by a second than the last change of the same `whose`, any other call
        is not earlier. Thread-safe.
        """
        with self._lock:
            last = self._last.get(whose)
            if last is not None and (time <= last or (changes and _second(time) == _second(last))):
                time = _second(last) + SECOND if changes else last
            if changes:
                self._last[whose] = time
        return time


def _second(time: datetime) -> datetime:
    return time.replace(microsecond=0)

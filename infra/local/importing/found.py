"""A CloudTrail record out of a log file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msgspec import Struct


class Found(Struct, frozen=True, gc=False):
    """One record: `text` is its JSON, on one line."""

    id: str
    time: str  # ISO 8601, UTC
    text: str
    path: Path


def identifies(event_id: str, event_time: str) -> bool:
    """May these be a record's eventID, which is printed, and its eventTime, which is ISO 8601?"""
    if not event_id or not event_id.isprintable():
        return False
    try:
        datetime.fromisoformat(event_time)
    except ValueError:
        return False
    return True

"""The roster as the functions of an event read it: a JSON array in a bucket, without e-mails."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

KEY = "roster.json"
"""Where the whole roster is in its bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A team and its account."""

    team: str
    account_id: str
    region: str
    language: str = "en"


def read_roster(text: bytes | str) -> tuple[Entry, ...]:
    """The teams of a roster, in its order."""
    return tuple(Entry(**entry) for entry in json.loads(text))


def write_roster(entries: Iterable[Entry]) -> str:
    """The inverse of `read_roster`."""
    return json.dumps([asdict(entry) for entry in entries], ensure_ascii=False)

"""What became of one account in one act of an event: it was deployed, checked, graded, cleared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["done", "unknown", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One account's. `cause` is the real one where it is unknown or failed, and may say what was done where it is done.

    The points are None where nobody was graded; those in `open` are in nobody's hand yet, and are asked again.
    """

    team: str
    account_id: str
    act: str  # "deploy", "check", "grade", "teardown"
    state: State
    cause: str = ""
    score: float | None = None
    max: int | None = None
    open: int | None = None
    at: datetime  # UTC
    again_at: datetime | None = None  # when it is worth while to ask again

"""Every responder, in the order of the matrix."""

from __future__ import annotations

from scenario.responders import answers, ending, isolation, malformed, snapshots
from scenario.responders.answers import FIRST
from scenario.responders.responder import Responder

CATALOGUE: tuple[type[Responder], ...] = (
    *FIRST,
    *answers.RESPONDERS,
    *snapshots.RESPONDERS,
    *isolation.RESPONDERS,
    *ending.RESPONDERS,
    *malformed.RESPONDERS,
)

"""Every responder, in the order of the matrix."""

from __future__ import annotations

from scenario.responders import answers, ending, forms, isolation, malformed, snapshots, spying
from scenario.responders.answers import FIRST
from scenario.responders.responder import Responder

CATALOGUE: tuple[type[Responder], ...] = (
    *FIRST,
    *answers.RESPONDERS,
    *spying.RESPONDERS,
    *forms.RESPONDERS,
    *snapshots.RESPONDERS,
    *isolation.RESPONDERS,
    *ending.RESPONDERS,
    *malformed.RESPONDERS,
)

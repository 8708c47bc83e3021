"""What lets a lab survive the end of its process: `lab event deploy --local --resume`.

A folder holds a checkpoint of each account, written when its lab stands, and one log of what came after: each call that
changes something before it is carried out, each event before its call is answered. Calls are carried out one at a time
and draw their ids from a seed of their own, so that they can be carried out once more. All is secret: files are their
owner's alone.
"""

from __future__ import annotations

from infra.local.journal.files import DamagedError, OtherVersionError
from infra.local.journal.journal import Journal
from infra.local.journal.replay import replay

__all__ = ["DamagedError", "Journal", "OtherVersionError", "replay"]

"""What the command and the lab say to each other: a batch is MessagePack, an array of pairs of eventID and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from infra.local.importing.found import Found

PATH: Final = "/_lab/imports"


def pack(records: Iterable[Found]) -> bytes:
    """The body of a batch."""
    return msgspec.msgpack.encode([(record.id, record.text) for record in records])

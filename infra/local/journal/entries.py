"""What stands in the log of a journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from infra.local.call import Caller
from infra.local.message import Message


class Change(Struct, frozen=True, kw_only=True, tag=True):
    """A call that changes something: who made it is known, and may do it."""

    time: datetime
    chance: int  # the seed of what it draws
    message: Message
    caller: Caller
    session_policy: str | None
    request_id: str


class Act(Struct, frozen=True, kw_only=True, tag=True):
    """What an organiser asked for at one of the lab's own doors."""

    time: datetime
    chance: int
    message: Message
    account_id: str
    region: str


class Events(Struct, frozen=True, kw_only=True, tag=True):
    """CloudTrail records, in the order in which they were delivered."""

    records: list[dict[str, Any]]


Entry = Change | Act | Events

_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Entry)


def packed(entry: Entry) -> bytes:
    """The entry as the log holds it."""
    return _encoder.encode(entry)


def unpacked(text: bytes) -> Entry:
    """The inverse of `packed`. Raises msgspec.MsgspecError."""
    entry: Entry = _decoder.decode(text)
    return entry

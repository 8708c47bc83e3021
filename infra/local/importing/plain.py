"""Records that stand side by side in plain JSON, read at once: ten times as fast as one by one.

What is not plain is left to `logs`, which takes everything: the two give the same records in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from infra.local.importing.found import Found, identifies

FIRST_KEY: Final = re.compile(r'\{"\w+"')
NEW_LINE: Final = "\n"


class _Head(msgspec.Struct):
    event_id: str = msgspec.field(name="eventID")
    event_time: str = msgspec.field(name="eventTime")
    event_source: msgspec.Raw = msgspec.field(name="eventSource")


_head = msgspec.json.Decoder(_Head)
_heads = msgspec.json.Decoder(list[_Head])
_words = msgspec.json.Decoder(msgspec.Raw)
_all_words = msgspec.json.Decoder(list[msgspec.Raw])


def read_plain(text: str, begin: int, path: Path) -> tuple[list[Found], int]:
    """The records from `begin` to the last one that begins like the first, without that one, and where it begins.

    None of them if one of them is not plain: not JSON as RFC 8259 has it, no CloudTrail record, on several lines.
    """
    first = FIRST_KEY.match(text, begin)
    last = text.rfind(first.group(), begin + 1) if first else -1
    if last == -1:
        return [], len(text)
    try:
        return _read(text[begin:last].rstrip(" ,\r\n"), path), last
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return [], last


def _read(text: str, path: Path) -> list[Found]:
    """JSON has one reading only: where the whole is an array or lines, its parts are what one by one would find."""
    heads: Sequence[_Head]
    words: Sequence[msgspec.Raw]
    if NEW_LINE in text:
        heads, words = _head.decode_lines(text), _words.decode_lines(text)
    else:
        heads, words = _heads.decode(f"[{text}]"), _all_words.decode(f"[{text}]")
    records = [
        Found(head.event_id, head.event_time, str(word, "utf-8"), path) for head, word in zip(heads, words, strict=True)
    ]
    for record in records:
        if NEW_LINE in record.text or not identifies(record.id, record.time):
            raise ValueError(record)
    return records

"""A batch on its way."""

from __future__ import annotations

from pathlib import Path

import msgspec

from infra.local.importing.found import Found
from infra.local.importing.wire import pack
from infra.local.lake.import_ import Line


def test_a_batch_arrives_as_it_was_sent() -> None:
    """The lab reads what the command wrote."""
    records = [Found("a", "", '{"x": "ễ"}', Path("log")), Found("b", "", '{"y": "\\n"}', Path("log"))]
    lines = msgspec.msgpack.decode(pack(records), type=list[Line])
    assert lines == [Line(id="a", text='{"x": "ễ"}'), Line(id="b", text='{"y": "\\n"}')]

"""A batch on its way."""

from __future__ import annotations

import pytest

from infra.local.importing.wire import pack, unpack


def test_a_batch_arrives_as_it_was_sent() -> None:
    """Unpacking is the inverse of packing; a lone surrogate arrives as the escape that says the same."""
    records = [("a", '{"x": "ễ"}'), ("b", '{"y": "\\n"}')]
    assert unpack(pack(records)) == records
    assert unpack(pack([("c", '"\ud800"')])) == [("c", '"\\ud800"')]


@pytest.mark.parametrize("body", [b"a\nb\n\n{}", b"a\n\n{}\n{}", b"\xff\n\n{}"])
def test_what_is_no_batch_is_refused(body: bytes) -> None:
    """As many ids as records, and UTF-8."""
    with pytest.raises(ValueError, match=r"zip|decode"):
        unpack(body)

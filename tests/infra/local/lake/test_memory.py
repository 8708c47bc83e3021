"""The bound on the memory of running queries."""

from __future__ import annotations

import resource
import sys

import pytest

from infra.local.lake.memory import MOST_GROWTH, bounded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds it")


def test_growth_ends_at_the_bound() -> None:
    """What goes beyond fails, and what is within does not; afterwards the process may grow as before."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with bounded():
        assert len(bytearray(MOST_GROWTH // 8)) == MOST_GROWTH // 8
        with bounded(), pytest.raises(MemoryError):
            bytearray(2 * MOST_GROWTH)
        assert resource.getrlimit(resource.RLIMIT_DATA) != before
    assert resource.getrlimit(resource.RLIMIT_DATA) == before

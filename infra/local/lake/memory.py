"""A bound on the memory that running queries take, held by the kernel.

DuckDB counts what its tables, joins and groups take, but not the arrays and maps that expressions make, and it cannot
interrupt an expression. So while queries run the process may grow by so much and no more: the allocation that goes
beyond fails, and with it the query that asked for it. Only Linux counts in this way; elsewhere there is no such bound.
"""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_GROWTH = 768 << 20  # bytes; more than DuckDB's own limit, which speaks first where it counts
LEAST_GROWTH = 512 << 20  # bytes beyond what is mapped already, used or not: threads begin with 8 MB each

_SIZES = Path("/proc/self/statm")  # in pages: size, resident, shared, text, lib, data
_lock = threading.Lock()
_running = 0
_before = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@contextmanager
def bounded() -> Iterator[None]:
    """While any thread is in here, the process cannot grow by more than `MOST_GROWTH`."""
    global _running, _before
    with _lock:
        _running += 1
        if _running == 1 and _SIZES.exists():
            _before = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (_bound(_before[1]), _before[1]))
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0 and _SIZES.exists():
                resource.setrlimit(resource.RLIMIT_DATA, _before)


def _bound(hardest: int) -> int:
    sizes = _SIZES.read_text("ascii").split()
    resident, mapped = (int(sizes[place]) * resource.getpagesize() for place in (1, 5))
    bound = max(resident + MOST_GROWTH, mapped + LEAST_GROWTH)
    return bound if hardest == resource.RLIM_INFINITY else min(bound, hardest)

"""An event loop in a thread of its own: in the main one a browser's may run already, for as long as pytest does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def in_loop(work: Coroutine[object, object, T]) -> T:
    """What it gives."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()

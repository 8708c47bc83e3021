"""Chance: where the ids and secrets of local AWS come from.

Usually it is the system's. Within `drawn_from` it is drawn from a seed instead, in the same thread only: a call that a
journal has can so be carried out once more, and makes the same ids and secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random, SystemRandom
from uuid import UUID

_system = SystemRandom()
_source: ContextVar[Random] = ContextVar("where chance comes from", default=_system)


def chance() -> Random:
    """What to draw from now."""
    return _source.get()


def drawn() -> Random | None:
    """What to draw from now where that is a seed's."""
    source = _source.get()
    return None if source is _system else source


@contextmanager
def drawn_from(seed: int | str) -> Iterator[None]:
    """Within the block, in this thread, the same seed gives the same."""
    token = _source.set(Random(seed))  # noqa: S311 - what is to be secret has a secret seed
    try:
        yield
    finally:
        _source.reset(token)


def uuid4() -> str:
    """A new UUID."""
    return str(UUID(int=chance().getrandbits(128), version=4))


def token_bytes(size: int) -> bytes:
    """So many bytes."""
    return chance().randbytes(size)

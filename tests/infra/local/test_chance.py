"""Chance: the system's, or drawn from a seed in one thread."""

from __future__ import annotations

import re
from threading import Thread

from infra.local.chance import chance, drawn, drawn_from, token_bytes, uuid4


def draw() -> list[object]:
    return [uuid4(), token_bytes(8), chance().randrange(1_000_000)]


def test_a_seed_gives_the_same() -> None:
    """Whatever is drawn within a block comes again with its seed, and no other way."""
    with drawn_from(7):
        first = draw()
    with drawn_from(7):
        assert draw() == first
    with drawn_from(8):
        assert draw() != first
    assert draw() != first


def test_a_seed_is_its_threads_alone() -> None:
    """What another thread draws meanwhile is the system's."""
    seen: list[object] = []
    with drawn_from(7):
        thread = Thread(target=lambda: seen.append(drawn()))
        thread.start()
        thread.join()
        assert drawn() is not None
    assert seen == [None]


def test_a_uuid_is_of_version_four() -> None:
    """As AWS's ids are."""
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid4())

"""Telling of what takes long: now and then, not at every look."""

from __future__ import annotations

from collections.abc import Callable

SILENCE = 10.0  # seconds, until what is waited for is said again

Say = Callable[[str], None]
"""Who hears of the progress."""


def seldom(say: Say, what: str) -> Callable[[float], None]:
    """To be called with the seconds since the beginning: says what is waited for, and for how long, every ten."""
    spoken = 0.0

    def heard(seconds: float) -> None:
        nonlocal spoken
        if seconds - spoken > SILENCE:
            spoken = seconds
            say(f"  {what}: {seconds:.0f} s")

    return heard

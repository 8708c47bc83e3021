"""Spans of time as people type them."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from infra.deploy.duration import Duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("2m", 120), ("1h30m", 5400), ("90", 90), ("0.5s", 0.5), ("1m30s", 90), ("0", 0)]
)
def test_what_is_understood(text: str, seconds: float) -> None:
    """Hours, minutes, seconds, in this order; a number alone is seconds."""
    assert Duration().convert(text, None, None) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-1s", "1d", "30s2m", "1.5h"])
def test_what_is_not(text: str) -> None:
    """Anything else is refused with examples of what is."""
    with pytest.raises(click.BadParameter, match="say 90s, 2m or 1h30m"):
        Duration().convert(text, None, None)

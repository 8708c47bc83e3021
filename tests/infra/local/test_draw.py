"""Text drawn from a seed."""

from __future__ import annotations

import re

from infra.local.draw import Dice, Draw


def test_the_same_seed_draws_the_same() -> None:
    """What a seed gives is pinned: stories and records must not change with Python."""
    assert [Dice("seed").draw("i-0{hex:16}"), Dice("other").draw("i-0{hex:16}")] == [
        "i-0837c04818758eea0",
        "i-0d197414f3e721da7",
    ]


def test_holes_are_filled() -> None:
    """Values and words by name, a word once for all of a record, characters each time anew; unknown holes stay."""
    draw = Draw(Dice("seed"), {"service": ["payments-{account}", "search-{account}"]}, {"account": "1"})
    one = draw.tree({"a": "{service}", "b": ["{service}", 7, None], "c": "{digits:4}{octet}", "d": "{nothing}"})
    assert one["a"] in ("payments-1", "search-1")
    assert one["b"] == [one["a"], 7, None]
    assert re.fullmatch(r"[1-9]{4}\d{1,3}", one["c"])
    assert one["d"] == "{nothing}"


def test_copies_differ() -> None:
    """A place chooses the word."""
    world = {"person": ["an", "linh", "minh"]}
    drawn = [Draw(Dice("seed"), world, {}).text("{person}", place=place) for place in range(4)]
    assert drawn == ["an", "linh", "minh", "an"]

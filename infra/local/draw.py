"""Text drawn from a seed: the same on every platform and version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

_HOLE = re.compile(r"\{(\w+)(?::(\d+))?\}")


class Dice:
    """Numbers and characters drawn one after the other."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._drawn = 0

    def number(self, below: int) -> int:
        """A number from 0."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self.seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def characters(self, alphabet: str, count: int) -> str:
        """So many characters of an alphabet."""
        drawn = hashlib.shake_256(f"{self.seed}:{self.number(2**62)}".encode()).digest(count)
        return drawn.translate(_table(alphabet)).decode("ascii")

    def draw(self, form: str) -> str:
        """Fill the holes that need no world: {hex:17}; others stay."""
        return _HOLE.sub(lambda m: self._hole(m) or m[0], form)

    def _hole(self, hole: re.Match[str]) -> str | None:
        if hole[1] in _ALPHABETS:
            return self.characters(_ALPHABETS[hole[1]], int(hole[2]))
        return str(1 + self.number(254)) if hole[1] == "octet" else None


@cache
def _table(alphabet: str) -> bytes:
    """A character for each byte that there is."""
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))


_ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": "123456789",
    "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
}


@dataclass(frozen=True, slots=True)
class Draw:
    """Fills the holes of text: `values` by name, words of the `world`, and characters of the dice.

    A word is drawn once, so that it means the same throughout one record.
    """

    dice: Dice
    world: Mapping[str, list[str]]
    values: Mapping[str, str]
    words: dict[str, str] = field(default_factory=dict)
    origin: Dice | None = None  # the dice of all, where these are dice of something's own

    def with_values(self, **values: str) -> Draw:
        """With more values, and words yet to be drawn."""
        return Draw(self.dice, self.world, {**self.values, **values}, origin=self.origin)

    def apart(self, what: str) -> Draw:
        """With dice of its own: what it draws does not hang on what was drawn before."""
        origin = self.origin or self.dice
        return Draw(Dice(f"{self.dice.seed}:{what}"), self.world, self.values, origin=origin)

    def fixed(self, form: str, what: str) -> str:
        """An id that belongs to something by its name."""
        return Dice(f"{(self.origin or self.dice).seed}:{what}").draw(form)

    def text(self, form: str, place: int | None = None) -> str:
        """`place` chooses the word, so that copies differ."""
        return self.dice.draw(_HOLE.sub(lambda m: self._word(m, place), form))

    def tree(self, value: Any) -> Any:
        """All text within a JSON value, filled in."""
        if isinstance(value, str):
            return self.text(value) if "{" in value else value
        if isinstance(value, Mapping):
            return {key: self.tree(inner) for key, inner in value.items()}
        return [self.tree(inner) for inner in value] if isinstance(value, list) else value

    def _word(self, hole: re.Match[str], place: int | None) -> str:
        name = hole[1]
        if name in self.values:
            return self.values[name]
        if name not in self.world:
            return hole[0]
        if name not in self.words:
            choices = self.world[name]
            chosen = choices[self.dice.number(len(choices)) if place is None else place % len(choices)]
            self.words[name] = _HOLE.sub(lambda m: self.values.get(m[1], m[0]), chosen)
        return self.words[name]

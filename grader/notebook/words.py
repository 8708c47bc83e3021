"""What the notebook says to learners, in their language: the sentences of `words.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scenario.language import Text, text


@cache
def words() -> Mapping[str, Mapping[str, Text]]:
    """`blanks` and `sentences`, by name. Do not change what you get: it is shared."""
    held: Mapping[str, Any] = json.loads(files("grader.notebook").joinpath("words.json").read_text("utf-8"))
    return {kind: held[kind] for kind in ("blanks", "sentences")}


@dataclass(frozen=True, slots=True)
class Words:
    """The notebook's sentences in one language."""

    language: str

    def say(self, name: str, **filled: object) -> str:
        """The sentence of that name, with what stands in its braces. Raises KeyError for one that there is not."""
        return text(words()["sentences"][name], self.language).format(**filled)

    def blank(self, name: str) -> str:
        """What belongs in a blank. Raises KeyError."""
        return text(words()["blanks"][name], self.language)

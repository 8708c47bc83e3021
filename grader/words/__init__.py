"""What the lab says to learners, in its languages: the code says it in English, `sentences.json` says it again.

A sentence of that file may have blanks in braces. What fills them stays as it is, unless it is itself one of the file's
phrases without blanks. Only what fills a blank of `NESTED`, and each part of what fills one of `LISTED`, may be another
sentence: none of these ever holds what a learner wrote at any length. The first that fits is taken: those around a
sentence first, then by how much they say. What AWS says, and what it calls its things, is never translated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scenario.language import LANGUAGES, text

NESTED = ("sentence", "cause", "expected", "found")
LISTED = {"reasons": "; ", "rules": ", "}
"""By blank, what stands between the parts of what fills it."""

_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """An English sentence with blanks, in pieces, and how it is said in another language."""

    pieces: tuple[str, ...]  # what stands around the blanks: one more than there are blanks
    blanks: tuple[str, ...]
    said: str

    def filled(self, message: str) -> Mapping[str, str] | None:
        """What fills each blank in a message; None where the message is not this sentence. Takes linear time."""
        first, *middle, last = self.pieces
        if not message.startswith(first) or not message.endswith(last) or len(message) < len(first) + len(last):
            return None
        rest, fillings = message[len(first) : len(message) - len(last)], []
        for piece in middle:
            filling, found, rest = rest.partition(piece)
            if not found:
                return None
            fillings.append(filling)
        return dict(zip(self.blanks, [*fillings, rest], strict=True))


def translated(message: str, language: str) -> str:
    """A message of the lab in that language; as it is where nobody has translated it."""
    if message in _phrases(language):
        return _phrases(language)[message]
    for pattern in _patterns(language):
        if (fillings := pattern.filled(message)) is not None:
            return pattern.said.format(**{blank: _filling(blank, held, language) for blank, held in fillings.items()})
    return message


def _filling(blank: str, held: str, language: str) -> str:
    if blank in LISTED:
        return LISTED[blank].join(translated(part, language) for part in held.split(LISTED[blank]))
    return translated(held, language) if blank in NESTED else _phrases(language).get(held, held)


@cache
def sentences() -> tuple[Mapping[str, str], ...]:
    """Every sentence and phrase by language code, as in the file. Do not change what you get: it is shared."""
    return tuple(json.loads(files("grader.words").joinpath("sentences.json").read_text("utf-8"))["sentences"])


@cache
def _phrases(language: str) -> Mapping[str, str]:
    """Those without blanks; none in English, which needs no translation."""
    if language == LANGUAGES[0]:
        return {}
    return {pair["en"]: text(pair, language) for pair in sentences() if not _BLANK.search(pair["en"])}


@cache
def _patterns(language: str) -> tuple[Pattern, ...]:
    """Those with blanks, in the order in which they are tried."""
    if language == LANGUAGES[0]:
        return ()
    patterns = [
        Pattern(tuple(_BLANK.split(pair["en"])[::2]), tuple(_BLANK.findall(pair["en"])), text(pair, language))
        for pair in sentences()
        if _BLANK.search(pair["en"])
    ]
    return tuple(sorted(patterns, key=lambda p: ("sentence" not in p.blanks, -sum(map(len, p.pieces)))))

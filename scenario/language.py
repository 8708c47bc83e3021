"""The languages that learners read, and which of them is meant."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "vi")
"""By language code; the first is the one that everything is written in."""

VARIABLE = "LAB_LANG"
"""The environment variable that chooses a language."""

Text = Mapping[str, str]
"""The same text by language code; "en" is always there."""


class UnknownLanguageError(LookupError):
    """A language that nobody has written the lab in."""

    def __init__(self, language: str) -> None:
        super().__init__(f"there is no language {language!r}; the languages are {', '.join(LANGUAGES)}")


def choose(option: str | None, environ: Mapping[str, str]) -> str:
    """The language of an option, else of `LAB_LANG`, else English. Raises UnknownLanguageError."""
    return known(option or environ.get(VARIABLE) or LANGUAGES[0])


def known(language: str) -> str:
    """The language as it is, if there is such a one. Raises UnknownLanguageError."""
    if language not in LANGUAGES:
        raise UnknownLanguageError(language)
    return language


def text(texts: Text, language: str) -> str:
    """A text in that language; in English where nobody has translated it."""
    return texts.get(language) or texts[LANGUAGES[0]]

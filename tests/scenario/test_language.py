from __future__ import annotations

import pytest

from scenario.language import UnknownLanguageError, choose, known, text


def test_the_option_chooses_before_the_environment_and_english_is_what_is_left() -> None:
    """`--lang`, then LAB_LANG, then English; an empty variable is none."""
    assert choose("en", {"LAB_LANG": "vi"}) == "en"
    assert choose(None, {"LAB_LANG": "vi"}) == "vi"
    assert choose(None, {"LAB_LANG": ""}) == "en"
    assert choose(None, {}) == "en"


def test_a_language_that_is_not_there_is_answered_with_those_that_are() -> None:
    """It says what was asked for and what there is."""
    with pytest.raises(UnknownLanguageError, match="there is no language 'fr'; the languages are en, vi"):
        choose(None, {"LAB_LANG": "fr"})
    assert known("vi") == "vi"


def test_a_text_that_nobody_translated_stays_english() -> None:
    """Rather an English sentence than none."""
    assert text({"en": "Termination", "vi": "Chấm dứt instance"}, "vi") == "Chấm dứt instance"
    assert text({"en": "Termination"}, "vi") == "Termination"

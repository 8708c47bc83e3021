"""What Vietnamese texts are held against: their letters, and the lab's terms."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from scenario import workshop

TERMS: list[dict[str, str]] = json.loads((Path(workshop.__file__).parent / "terms.json").read_text("utf-8"))["terms"]

_VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


def is_vietnamese(text: str) -> bool:
    """Whether a text has Vietnamese letters, each as one character."""
    return bool(_VIETNAMESE.search(text)) and unicodedata.is_normalized("NFC", text)


def missing_terms(english: str, vietnamese: str) -> list[str]:
    """The terms that a text has in English, and not as the lab says them in Vietnamese."""
    return [
        term["en"]
        for term in TERMS
        if re.search(rf"\b{term['en'].replace('query', 'quer(y|ie)')}s?\b", _words(english))
        and term["vi"] not in vietnamese.lower()
    ]


def _words(text: str) -> str:
    """Without code, which is the same in every language."""
    return re.sub(r"`[^`]*`", "", text).lower()

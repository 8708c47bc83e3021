"""Event data store ids in SQL.

Learners may write one as it is, and Trino would read `1e5f...-...` as a number minus something. So it becomes a name of
the same length before it is parsed, and every place in the statement stays where it was.
"""

from __future__ import annotations

import re

STORE_ID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

# Strings, quoted names and comments come first, so that an id within one of them is passed over.
_BARE = re.compile(rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(?<![\w-])({STORE_ID})(?![\w-])""", re.DOTALL)
_NAME = re.compile(r"[a-p][0-9a-f]{7}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}")
_DIGITS = str.maketrans("0123456789", "ghijklmnop")  # a name begins with a letter
_LETTERS = str.maketrans("ghijklmnop", "0123456789")


def as_names(statement: str) -> str:
    """Put a name in place of each bare id, outside strings, quoted names and comments."""
    return _BARE.sub(lambda m: _name(m[1].lower()) if m[1] else m[0], statement)


def as_ids(text: str) -> str:
    """The same text with the ids again, in lower case."""
    return _NAME.sub(lambda m: m[0][0].translate(_LETTERS) + m[0][1:].replace("_", "-"), text)


def _name(store_id: str) -> str:
    return store_id[0].translate(_DIGITS) + store_id[1:].replace("-", "_")

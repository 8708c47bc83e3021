"""The wildcards of policies: `*` for any characters, `?` for one."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=8192)
def _pattern(glob: str, ignore_case: bool) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(glob: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole text fits the pattern."""
    return glob == "*" or _pattern(glob, ignore_case).fullmatch(text) is not None


def arn_matches(glob: str, arn: str) -> bool:
    """Whether an ARN fits a pattern, each of its six parts for itself; a wildcard does not reach over a colon."""
    wanted, found = glob.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(found) and all(map(matches, wanted, found))

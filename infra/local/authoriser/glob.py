"""The wildcards of policies: `*` for any characters, `?` for one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches(glob: str, text: str) -> bool:
    """Whether the whole text fits the pattern."""
    return glob == "*" or _pattern(glob).fullmatch(text) is not None


def any_of(globs: Iterable[str]) -> re.Pattern[str]:
    """One expression for all of these patterns, in any case: `s3:putobject` is `s3:PutObject`."""
    return re.compile("|".join(map(_expression, globs)) or "(?!)", re.DOTALL | re.IGNORECASE)


@lru_cache(maxsize=8192)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(_expression(glob), re.DOTALL)


def _expression(glob: str) -> str:
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob)


def arn_matches(glob: str, arn: str) -> bool:
    """Whether an ARN fits a pattern, each of its six parts for itself; a wildcard does not reach over a colon."""
    wanted, found = glob.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(found) and all(map(matches, wanted, found))

"""Why a query has no result, as a sentence for the learner, and where in the SQL that is."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from grader.desk.page import words
from scenario.cli import STORE_PLACEHOLDER
from scenario.query import (
    QueryBusyError,
    QueryCancelledError,
    QueryError,
    QueryFailedError,
    QueryRejectedError,
    QueryTimeoutError,
)

_PLACE = re.compile(r"^(?:\S+: )?line (\d+):(\d+): ")

KINDS: dict[type[Exception], str] = {
    QueryRejectedError: "rejected",
    QueryFailedError: "failed",
    QueryCancelledError: "cancelled",
    QueryTimeoutError: "timeout",
    QueryBusyError: "busy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`kind` is one of KINDS, or "aws" where AWS did not answer as it should. `line` and `column` count from 1."""

    OF: ClassVar = (QueryError, ClientError, BotoCoreError)

    kind: str
    sentence: str
    detail: str = ""  # the store's own words
    line: int = 0
    column: int = 0

    def as_json(self) -> dict[str, str | int]:
        """As the page gets it."""
        return asdict(self)


def refusal(error: Exception, sql: str, store_id: str, language: str) -> Refusal:
    """What came of `sql`, in which the store's id was filled in before it was sent."""
    kind = KINDS.get(type(error), "aws")
    text = str(error)
    line = column = 0
    if match := _PLACE.match(text):
        text = text[match.end() :]
        line, column = int(match[1]), written_column(sql, store_id, int(match[1]), int(match[2]))
    return Refusal(
        kind=kind,
        sentence=words(language)["ask"][kind],
        detail=text.replace(store_id, STORE_PLACEHOLDER) if kind != "timeout" else "",
        line=line,
        column=column,
    )


def written_column(sql: str, store_id: str, line: int, column: int) -> int:
    """The column of what the learner wrote, of that of what was sent, which is longer by the store's id."""
    written = (sql.splitlines() or [""])[min(line, len(sql.splitlines()) or 1) - 1]
    at = 0
    for piece in re.split(f"({STORE_PLACEHOLDER})", written):
        length = len(store_id) if piece == STORE_PLACEHOLDER else len(piece)
        if column <= length:
            return at + min(column, len(piece) if piece == STORE_PLACEHOLDER else column)
        column, at = column - length, at + len(piece)
    return at + column

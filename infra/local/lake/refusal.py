"""What SQL is refused with before the database sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlglot import exp
from sqlglot.errors import ErrorLevel

_TRIPS = (AttributeError, IndexError, KeyError, TypeError)
_LONGEST = 80  # characters of SQL in a message


class UnsupportedError(ValueError):
    """The SQL asks for something that is not offered; the message is for whoever wrote it.

    `offset` is where in the statement the fault is, if that is known.
    """

    def __init__(self, message: str, node: exp.Expr | None = None, *, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = _start(node) if offset is None and node is not None else offset


def written(node: exp.Expr) -> str:
    """The SQL of a node, for a message; what sqlglot cannot write is only named."""
    try:
        return node.sql(dialect="trino", comments=False, unsupported_level=ErrorLevel.IGNORE)[:_LONGEST]
    except (*_TRIPS, ValueError):
        return node.key


@contextmanager
def readable() -> Iterator[None]:
    """Around calls of sqlglot, which trips over some statements that are none. Raises UnsupportedError."""
    try:
        yield
    except _TRIPS as fault:
        raise UnsupportedError("The statement cannot be read") from fault


def _start(node: exp.Expr) -> int | None:
    """Where the node begins, or the expression around it: not every node knows its place."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    if starts or node.parent is None or isinstance(node.parent, exp.Query):
        return min(starts, default=None)
    return _start(node.parent)

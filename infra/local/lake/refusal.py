"""What SQL is refused with before the database sees it."""

from __future__ import annotations

from sqlglot import exp


class UnsupportedError(ValueError):
    """The SQL asks for something that is not offered; the message is for whoever wrote it.

    `offset` is where in the statement the fault is, if that is known.
    """

    def __init__(self, message: str, node: exp.Expr | None = None, *, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = _start(node) if offset is None and node is not None else offset


def _start(node: exp.Expr) -> int | None:
    """Where the node begins, or the expression around it: not every node knows its place."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    if starts or node.parent is None or isinstance(node.parent, exp.Query):
        return min(starts, default=None)
    return _start(node.parent)

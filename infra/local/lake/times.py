"""Times in Athena's SQL: Trino compares a timestamp with no text, where CloudTrail Lake takes `eventtime > '2026'`."""

from __future__ import annotations

from sqlglot import exp

from infra.local.lake.refusal import UnsupportedError

TIMES = {"eventtime", "creationdate"}
COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}


def check_times(tree: exp.Query) -> None:
    """Raise UnsupportedError where a column that holds a time meets a text."""
    for node in tree.find_all(*COMPARISONS):
        _check(node, node.this, node.expression, COMPARISONS[type(node)])
        _check(node, node.expression, node.this, COMPARISONS[type(node)])
    for between in tree.find_all(exp.Between):
        for bound in (between.args["low"], between.args["high"]):
            _check(between, between.this, bound, "BETWEEN")


def _check(node: exp.Expr, column: exp.Expr, other: exp.Expr, operator: str) -> None:
    is_time = isinstance(column, (exp.Column, exp.Dot)) and _last(column).lower() in TIMES
    if is_time and isinstance(other, exp.Literal) and other.is_string:
        raise UnsupportedError(
            f"Cannot apply operator: timestamp(3) {operator} varchar({len(other.this)}): "
            f"a time is written timestamp '{other.this}'",
            node,
        )


def _last(column: exp.Expr) -> str:
    return column.expression.name if isinstance(column, exp.Dot) else column.name

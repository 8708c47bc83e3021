"""Why an execution has no result, in Athena's form: Trino's code, the place, the message."""

from __future__ import annotations

import re
from collections.abc import Mapping

from infra.local.call import AwsError
from infra.local.lake.queries import CANCELLED, TIMED_OUT, Query

CODES: Mapping[str, str] = {
    r"Column '.*' cannot be resolved": "COLUMN_NOT_FOUND",
    r"Table '.*' does not exist": "TABLE_NOT_FOUND",
    r"Function '.*' not registered|Unexpected parameters": "FUNCTION_NOT_FOUND",
    r"Cannot apply operator": "TYPE_MISMATCH",
}
"""Trino's code of what is wrong with the meaning of a statement, by the message; all else is its syntax."""

_PLACED = re.compile(r"line \d+:\d+: ")


def is_semantic(error: AwsError) -> bool:
    """Is this a fault that Athena finds only when the statement runs?"""
    return _code(error.message) is not None


def of_refusal(error: AwsError) -> str:
    """A statement that was refused."""
    if error.code != "InvalidQueryStatementException":
        return error.message
    place = "" if _PLACED.match(error.message) else "line 1:1: "
    return f"{_code(error.message) or 'SYNTAX_ERROR'}: {place}{error.message}"


def of_end(query: Query) -> str | None:
    """A query that ran; None where all is well."""
    if query.status == CANCELLED:
        return "Query cancelled by user"
    if query.status == TIMED_OUT:
        return "Query timeout"
    return f"GENERIC_USER_ERROR: {query.error}" if query.error else None


def _code(message: str) -> str | None:
    return next((code for form, code in CODES.items() if re.search(form, message)), None)

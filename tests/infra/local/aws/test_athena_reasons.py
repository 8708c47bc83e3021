"""Why an execution has no result."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.local.aws.athena_reasons import is_semantic, of_end, of_refusal
from infra.local.call import AwsError
from infra.local.lake.queries import CANCELLED, FAILED, FINISHED, TIMED_OUT, Query

REFUSED = "InvalidQueryStatementException"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("line 1:8: Column 'x' cannot be resolved", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"),
        ("Table 'x' does not exist", "TABLE_NOT_FOUND: line 1:1: Table 'x' does not exist"),
        ("line 2:1: Function 'x' not registered", "FUNCTION_NOT_FOUND: line 2:1: Function 'x' not registered"),
        (
            "Unexpected parameters (a) for function x",
            "FUNCTION_NOT_FOUND: line 1:1: Unexpected parameters (a) for function x",
        ),
        ("Cannot apply operator: a = b", "TYPE_MISMATCH: line 1:1: Cannot apply operator: a = b"),
        ("line 1:1: mismatched input", "SYNTAX_ERROR: line 1:1: mismatched input"),
    ],
)
def test_a_refusal_has_trinos_code_and_a_place(message: str, reason: str) -> None:
    """Whatever is not about the meaning is syntax, and found at once."""
    error = AwsError(REFUSED, message)
    assert of_refusal(error) == reason
    assert is_semantic(error) is not reason.startswith("SYNTAX_ERROR")


def test_what_is_no_matter_of_the_statement_stays_as_it_is() -> None:
    """Such as a denial."""
    assert of_refusal(AwsError("AccessDeniedException", "no")) == "no"


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (FINISHED, None, None),
        (FAILED, "Division by zero", "GENERIC_USER_ERROR: Division by zero"),
        (CANCELLED, None, "Query cancelled by user"),
        (TIMED_OUT, None, "Query timeout"),
    ],
)
def test_a_query_that_ran_says_how_it_ended(status: str, error: str | None, reason: str | None) -> None:
    """Nothing where all is well."""
    query = Query(
        id="1",
        account_id="111111111111",
        region="us-east-1",
        statement="",
        sql="",
        narrow="",
        stores=(),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        events_scanned=0,
        status=status,
        error=error,
    )
    assert of_end(query) == reason

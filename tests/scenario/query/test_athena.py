"""The sibling for Athena: what is not as it is in Lake."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from scenario import query
from scenario.access import Credentials, open_session
from scenario.query import Athena, Rows
from tests.scenario.query.script import Answer, Script

STARTED: Answer = {"QueryExecutionId": "11111111-2222-3333-4444-555555555555"}
LIMIT: Answer = (400, "TooManyRequestsException", "You have exceeded the limit for the number of queries.")


def state(name: str, reason: str = "") -> Answer:
    status = {"State": name, **({"StateChangeReason": reason} if reason else {})}
    return {"QueryExecution": {"Status": status}}


def results(*rows: list[str | None], token: str = "") -> Answer:
    cells = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in rows]
    return {"ResultSet": {"Rows": cells}, **({"NextToken": token} if token else {})}


@pytest.fixture(autouse=True)
def usual(script: Script) -> None:
    """Queries start, succeed and can be stopped."""
    script.answers |= {
        "StartQueryExecution": [STARTED],
        "GetQueryExecution": [state("SUCCEEDED")],
        "StopQueryExecution": [{}],
    }


def athena(script: Script, patience: float = 5) -> Athena:
    keys = Credentials(access_key_id="testing", secret_access_key="testing")
    session = open_session(keys, region="us-east-1", endpoint=script.url)
    return Athena(session, "lab_0a1b2c3d.events", patience=patience)


def test_the_first_row_of_the_first_page_is_the_header(script: Script) -> None:
    """A cell without a value is a NULL, and an empty text is none."""
    script.answers["GetQueryResults"] = [results(["eventName", "errorcode"], ["PutObject", None], ["ListBuckets", ""])]
    rows = athena(script).run("select ...")
    assert rows == Rows(("eventName", "errorcode"), (("PutObject", None), ("ListBuckets", "")))


def test_further_pages_have_no_header(script: Script) -> None:
    """Columns stay those of the first page."""
    script.answers["GetQueryResults"] = [results(["a"], ["1"], token="more"), results(["2"], ["3"])]
    assert athena(script).run("select ...") == Rows(("a",), (("1",), ("2",), ("3",)))
    assert script.calls[-1][1] == {
        "QueryExecutionId": "11111111-2222-3333-4444-555555555555",
        "MaxResults": 1000,
        "NextToken": "more",
    }


def test_no_rows_are_empty_rows(script: Script) -> None:
    """As Lake's, which has no header to tell the columns."""
    script.answers["GetQueryResults"] = [results(["a"])]
    assert athena(script).run("select ...") == Rows((), ())


def test_the_workgroup_bears_the_databases_name(script: Script) -> None:
    """Where results go and how much may be scanned is the workgroup's."""
    script.answers["GetQueryResults"] = [results(["a"])]
    athena(script).run("select ...")
    asked = script.calls[0][1]
    del asked["ClientRequestToken"]
    assert asked == {
        "QueryString": "select ...",
        "WorkGroup": "lab_0a1b2c3d",
        "QueryExecutionContext": {"Database": "lab_0a1b2c3d"},
    }


def test_a_slow_query_is_waited_for(script: Script) -> None:
    """Queued and running mean patience; results are asked for only at the end."""
    script.answers["GetQueryExecution"] = [state("QUEUED"), state("RUNNING"), state("SUCCEEDED")]
    script.answers["GetQueryResults"] = [results(["a"], ["1"])]
    assert athena(script).run("select ...").rows == (("1",),)
    assert script.operations == ["StartQueryExecution", *["GetQueryExecution"] * 3, "GetQueryResults"]


def test_what_is_no_statement_is_rejected_at_once(script: Script) -> None:
    """With Athena's words."""
    script.answers["StartQueryExecution"] = [(400, "InvalidRequestException", "line 1:8: mismatched input")]
    with pytest.raises(query.QueryRejectedError, match=r"^line 1:8: mismatched input$"):
        athena(script).run("select from")


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        ("FAILED", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", query.QueryRejectedError),
        ("FAILED", "DIVISION_BY_ZERO: Division by zero", query.QueryFailedError),
        ("FAILED", "Query timeout", query.QueryTimeoutError),
        ("CANCELLED", "Query cancelled by user", query.QueryCancelledError),
        ("CANCELLED", "", query.QueryCancelledError),
    ],
)
def test_a_query_that_fails_tells_by_its_reason_whose_fault_it_is(
    script: Script, status: str, reason: str, error: type[query.QueryError]
) -> None:
    """A reason that names a line is about the SQL."""
    script.answers["GetQueryExecution"] = [state("RUNNING"), state(status, reason)]
    with pytest.raises(error) as caught:
        athena(script).run("select ...")
    assert str(caught.value) == (reason or f"the query ended as {status}")


def test_patience_ends_and_the_query_is_stopped(script: Script) -> None:
    """A query that outlasts the caller's patience is not left running."""
    script.answers["GetQueryExecution"] = [state("RUNNING")]
    with pytest.raises(query.QueryTimeoutError, match=r"^no result after 0\.1 seconds$"):
        athena(script, patience=0.1).run("select ...")
    assert script.operations[-1] == "StopQueryExecution"


def test_whoever_has_seen_enough_stops_the_query(script: Script) -> None:
    """What runs is not kept for somebody who went away."""
    script.answers["GetQueryExecution"] = [state("RUNNING")]
    pages = athena(script).pages("select ...")
    next(pages)
    pages.close()
    assert script.operations == ["StartQueryExecution", "GetQueryExecution", "StopQueryExecution"]


def test_a_busy_account_is_waited_for(script: Script) -> None:
    """As soon as there is room, the query starts."""
    script.answers["StartQueryExecution"] = [LIMIT, STARTED]
    script.answers["GetQueryResults"] = [results(["a"], ["1"])]
    assert athena(script).run("select ...").rows == (("1",),)


def test_an_aws_error_is_no_rejection(script: Script) -> None:
    """A denied call says nothing about the SQL: it comes as botocore's error."""
    script.answers["StartQueryExecution"] = [(400, "AccessDeniedException", "not authorized")]
    with pytest.raises(ClientError, match="AccessDeniedException"):
        athena(script).run("select ...")

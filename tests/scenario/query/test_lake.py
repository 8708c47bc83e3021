"""The sibling for CloudTrail Lake, and with it all that both have in common."""

from __future__ import annotations

import os
import signal

import pytest
from botocore.exceptions import ClientError

from scenario import query
from scenario.access import Credentials, open_session
from scenario.query import Lake, Rows
from scenario.query import lake as lake_api
from tests.scenario.query.script import Answer, Script

STARTED: Answer = {"QueryId": "11111111-2222-3333-4444-555555555555"}
RUNNING: Answer = {"QueryStatus": "RUNNING"}
CANCELLED: Answer = {"QueryId": "11111111-2222-3333-4444-555555555555", "QueryStatus": "CANCELLED"}
BUSY: Answer = (400, "MaxConcurrentQueriesException", "You are already running the maximum number of queries.")


@pytest.fixture(autouse=True)
def usual(script: Script) -> None:
    """Queries start, and can be cancelled."""
    script.answers |= {"StartQuery": [STARTED], "CancelQuery": [CANCELLED]}


def lake(script: Script, patience: float = 5) -> Lake:
    keys = Credentials(access_key_id="testing", secret_access_key="testing")
    return Lake(open_session(keys, region="us-east-1", endpoint=script.url), patience=patience)


def finished(*rows: list[dict[str, str | None]], token: str = "") -> Answer:
    return {"QueryStatus": "FINISHED", "QueryResultRows": list(rows), **({"NextToken": token} if token else {})}


def test_rows_keep_the_order_and_the_spelling_of_the_columns(script: Script) -> None:
    """Lake's rows of one-key maps become tuples; a column may come twice, and a NULL is None."""
    row: list[dict[str, str | None]] = [{"eventName": "PutObject"}, {"total": "5"}, {"errorcode": None}, {"total": "6"}]
    script.answers["GetQueryResults"] = [finished(row)]
    rows = lake(script).run("select ...")
    assert rows == Rows(("eventName", "total", "errorcode", "total"), (("PutObject", "5", None, "6"),))
    assert rows.column("eventName") == ["PutObject"]
    assert script.calls[0] == ("StartQuery", {"QueryStatement": "select ..."})


def test_no_rows_are_empty_rows(script: Script) -> None:
    """A query that finds nothing is no error, and neither is asking its rows for a column."""
    script.answers["GetQueryResults"] = [finished()]
    rows = lake(script).run("select ...")
    assert rows == Rows((), ())
    assert rows.column("eventname") == []


def test_a_quick_query_takes_two_calls(script: Script) -> None:
    """Results are asked for at once: what is ready is not described first."""
    script.answers["GetQueryResults"] = [finished([{"a": "1"}])]
    lake(script).run("select ...")
    assert script.operations == ["StartQuery", "GetQueryResults"]


def test_a_slow_query_is_waited_for(script: Script) -> None:
    """Queued and running mean patience."""
    script.answers["GetQueryResults"] = [{"QueryStatus": "QUEUED"}, RUNNING, RUNNING, finished([{"a": "1"}])]
    assert lake(script).run("select ...").rows == (("1",),)


def test_who_waits_hears_how_long_it_has_taken(script: Script) -> None:
    """After every pause and before every further page; never for what is there at once."""
    script.answers["StartQuery"] = [BUSY, STARTED]
    script.answers["GetQueryResults"] = [RUNNING, finished([{"a": "1"}], token="page1"), finished([{"a": "2"}])]
    heard: list[float] = []
    lake(script).run("select ...", heard=heard.append)
    assert (len(heard), heard) == (3, sorted(heard))
    lake(script).run("select ...", heard=heard.append)
    assert len(heard) == 3


def test_every_page_is_read(script: Script) -> None:
    """Pages are asked for with their tokens until there is none."""
    pages = [finished([{"a": "1"}], token="page1"), finished([{"a": "2"}], token="page2"), finished([{"a": "3"}])]
    script.answers["GetQueryResults"] = pages
    assert lake(script).run("select ...").column("a") == ["1", "2", "3"]
    assert [about.get("NextToken") for _, about in script.calls] == [None, None, "page1", "page2"]


def test_pages_come_as_they_are_read(script: Script) -> None:
    """Before a page is read, the one before it is there; in between, how long it has taken."""
    script.answers["GetQueryResults"] = [RUNNING, finished([{"a": "1"}], token="page1"), finished([{"a": "2"}])]
    pages = lake(script).pages("select ...")
    waited, first = next(pages), next(pages)
    assert (first, script.operations.count("GetQueryResults")) == (Rows(("a",), (("1",),)), 2)
    again, last = pages
    assert isinstance(waited, float)
    assert isinstance(again, float)
    assert waited < again
    assert last == Rows(("a",), (("2",),))


def test_whoever_has_seen_enough_cancels_the_query(script: Script) -> None:
    """Neither what runs nor what is left of the result is kept for somebody who went away."""
    script.answers["GetQueryResults"] = [RUNNING]
    pages = lake(script).pages("select ...")
    next(pages)
    pages.close()
    assert script.operations == ["StartQuery", "GetQueryResults", "CancelQuery"]


@pytest.mark.parametrize("code", sorted(lake_api.REJECTIONS))
def test_sql_that_is_not_lakes_is_rejected_with_the_stores_words(script: Script, code: str) -> None:
    """A refusal of the SQL is an error of its own, with AWS's message."""
    script.answers["StartQuery"] = [(400, code, "line 1:8: mismatched input")]
    with pytest.raises(query.QueryRejectedError, match=r"^line 1:8: mismatched input$"):
        lake(script).run("select from")


def test_no_sql_is_rejected_before_it_is_sent(script: Script) -> None:
    """An empty statement is the learner's slip too, though botocore is who notices."""
    with pytest.raises(query.QueryRejectedError, match=r"^there is no SQL: say what is to be asked$"):
        lake(script).run("")
    assert script.calls == []


def test_an_aws_error_is_no_rejection(script: Script) -> None:
    """A denied call says nothing about the SQL: it comes as botocore's error."""
    script.answers["StartQuery"] = [(400, "AccessDeniedException", "not authorized")]
    with pytest.raises(ClientError, match="AccessDeniedException"):
        lake(script).run("select ...")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("FAILED", query.QueryFailedError),
        ("CANCELLED", query.QueryCancelledError),
        ("TIMED_OUT", query.QueryTimeoutError),
    ],
)
def test_each_bad_end_has_its_own_error(script: Script, status: str, error: type[query.QueryError]) -> None:
    """The status decides, the store's message is passed on, and where there is none the status is named."""
    script.answers["GetQueryResults"] = [RUNNING, {"QueryStatus": status, "ErrorMessage": "Too many bytes."}]
    with pytest.raises(error, match=r"^Too many bytes\.$"):
        lake(script).run("select ...")
    script.answers["GetQueryResults"] = [{"QueryStatus": status}]
    with pytest.raises(error, match=f"^the query ended as {status}$"):
        lake(script).run("select ...")


def test_patience_ends_and_the_query_is_cancelled(script: Script) -> None:
    """A query that outlasts the caller's patience is not left running."""
    script.answers["GetQueryResults"] = [RUNNING]
    with pytest.raises(query.QueryTimeoutError, match=r"^no result after 0\.1 seconds$"):
        lake(script, patience=0.1).run("select ...")
    assert script.operations[-1] == "CancelQuery"


def test_a_query_that_ended_meanwhile_cannot_be_cancelled_and_need_not_be(script: Script) -> None:
    """The refusal to cancel does not hide why it was tried."""
    script.answers["GetQueryResults"] = [RUNNING]
    script.answers["CancelQuery"] = [(400, "InactiveQueryException", "The query is not running.")]
    with pytest.raises(query.QueryTimeoutError):
        lake(script, patience=0.05).run("select ...")


def test_a_busy_account_is_waited_for(script: Script) -> None:
    """When other learners' queries fill the account, ours starts as soon as there is room."""
    script.answers["StartQuery"] = [BUSY, BUSY, STARTED]
    script.answers["GetQueryResults"] = [finished([{"a": "1"}])]
    assert lake(script).run("select ...").rows == (("1",),)


def test_an_account_that_stays_busy_is_given_up(script: Script) -> None:
    """Without room within the caller's patience there is an error that says what to do."""
    script.answers["StartQuery"] = [BUSY]
    with pytest.raises(query.QueryBusyError, match="wait a minute"):
        lake(script, patience=0.1).run("select ...")


def test_control_c_cancels_the_query(script: Script) -> None:
    """Whoever interrupts does not leave a query running that costs."""
    script.answers["GetQueryResults"] = [RUNNING]

    def interrupt(operation: str) -> None:
        if operation == "GetQueryResults":
            os.kill(os.getpid(), signal.SIGINT)

    script.on_call = interrupt
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            lake(script).run("select ...")
    finally:
        signal.signal(signal.SIGINT, before)
    assert script.operations[-1] == "CancelQuery"


def test_every_error_of_a_query_is_a_query_error() -> None:
    """One except clause catches them all, and they have no other common ground."""
    kinds = [query.QueryRejectedError, query.QueryBusyError, *lake_api.ENDS.values()]
    assert {kind.__base__ for kind in kinds} == {query.QueryError}

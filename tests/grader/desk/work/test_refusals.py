from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from grader.desk.work.refusals import KINDS, Refusal, refusal, written_column
from scenario.query import QueryError, QueryRejectedError, QueryTimeoutError

STORE = "0a1b2c3d-0000-1111-2222-333344445555"
SQL = "select eventname\nfrom EDS_ID where EDS_ID.eventnam = 'x'"


def test_a_place_in_what_was_sent_becomes_one_in_what_was_written() -> None:
    """The store's id is longer than what stands for it."""
    sent = SQL.replace("EDS_ID", STORE).splitlines()[1]
    column = sent.index("eventnam =") + 1
    error = QueryRejectedError(f"line 2:{column}: Column 'eventnam' cannot be resolved in {STORE}")
    assert refusal(error, SQL, STORE, "en") == Refusal(
        kind="rejected",
        sentence="The event data store does not understand this query.",
        detail="Column 'eventnam' cannot be resolved in EDS_ID",
        line=2,
        column=SQL.splitlines()[1].index("eventnam =") + 1,
    )


@pytest.mark.parametrize(
    ("line", "column", "written"),
    [(1, 1, 1), (1, 8, 8), (2, 6, 6), (2, 6 + 20, 11), (2, 6 + 36, 12), (2, 6 + 37, 13), (9, 1, 1), (1, 99, 99)],
)
def test_columns_are_those_of_what_was_written(line: int, column: int, written: int) -> None:
    """Before, within and behind the store's id; and where there is no such line."""
    assert written_column(SQL, STORE, line, column) == written


def test_no_sql_has_no_place() -> None:
    """The first column, for want of another."""
    assert written_column("", STORE, 1, 1) == 1


def test_every_error_of_a_query_has_a_sentence_in_each_language() -> None:
    """And so has AWS where it does not answer."""
    errors = [kind("why") for kind in KINDS]
    errors.append(ClientError({"Error": {"Code": "AccessDenied", "Message": "not today"}}, "StartQuery"))
    said = {language: [refusal(e, SQL, STORE, language).sentence for e in errors] for language in ("en", "vi")}
    assert {len(set(sentences)) for sentences in said.values()} == {len(KINDS) + 1}
    assert not set(said["en"]) & set(said["vi"])
    assert set(KINDS) == set(QueryError.__subclasses__())


def test_a_timeout_needs_no_more_words() -> None:
    """The sentence says it all."""
    assert refusal(QueryTimeoutError("no result after 15 seconds"), SQL, STORE, "en").detail == ""

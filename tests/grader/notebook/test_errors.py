from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from grader.client import PortalRefusedError
from grader.notebook.errors import EXPIRED, READABLE, CellError, sentence
from grader.notebook.words import Words
from grader.sheet.parse import NotGradableError, SheetError
from scenario.access import NoAccessError
from scenario.query import QueryFailedError, QueryRejectedError

WORDS = Words("en")


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "StartQuery")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CellError("As it is."), "As it is."),
        (QueryFailedError("too many bytes"), "too many bytes"),
        (PortalRefusedError("the lab answered 404"), "the lab answered 404"),
        (QueryRejectedError("line 1:8"), "The event data store does not take this SQL. It says: line 1:8"),
        (
            NotGradableError([SheetError("a", "1", "text"), SheetError("b", "2", "text")]),
            "This answer cannot be graded, and was not counted: a: expected text, found 1; b: expected text, found 2",
        ),
        (refused("Denied"), "An error occurred (Denied) when calling the StartQuery operation: no"),
    ],
)
def test_an_error_is_a_sentence(error: Exception, said: str) -> None:
    """Its own, or one that says what to do; each is of a kind that the notebook shows without a traceback."""
    assert isinstance(error, READABLE)
    assert sentence(error, WORDS) == said


@pytest.mark.parametrize("code", sorted(EXPIRED))
def test_credentials_that_expired_are_a_matter_of_opening_it_again(code: str) -> None:
    """They are in Jupyter's environment, which does not change."""
    assert sentence(refused(code), WORDS).startswith("Your AWS credentials have expired. Close Jupyter and open")


def test_without_access_there_is_a_way_to_it() -> None:
    """In the learner's language, with what is missing."""
    said = sentence(NoAccessError("LAB_TOKEN not set"), Words("vi"))
    assert said.startswith(
        "Notebook này chưa biết cách kết nối tới lab (LAB_TOKEN not set). Hãy mở nó bằng `lab notebook`;"
    )

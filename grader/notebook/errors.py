"""What can go wrong in a cell, as one sentence in place of a traceback.

    CellError
    +-- OtherTeamError    the notebook is one team's, Jupyter runs as another
    +-- UnansweredError   an answer was left open
    +-- NothingToDrawError  a chart cannot be drawn of these rows

Besides these: `BlankError` of `grader.notebook.ipython`, and the errors of the query client, the portal and boto3.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from grader.client import PortalError
from grader.notebook.words import Words
from grader.sheet.parse import NotGradableError
from grader.words import translated
from scenario.access import NoAccessError
from scenario.query import QueryError, QueryRejectedError


class CellError(Exception):
    """The message is for the learner, in the learner's language."""


class OtherTeamError(CellError):
    """The notebook is of another team than the shell that Jupyter was started from."""


class UnansweredError(CellError):
    """There is still an ellipsis where an answer belongs."""


class NothingToDrawError(CellError):
    """The rows lack what the chart is of."""


READABLE = (CellError, NoAccessError, QueryError, PortalError, NotGradableError, BotoCoreError, ClientError)
"""Errors whose message is enough: nobody learns more from where they came up."""

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}


def sentence(error: BaseException, words: Words) -> str:
    """What a learner is told."""
    if isinstance(error, NoAccessError):
        return words.say("no_access", missing=str(error))
    if isinstance(error, QueryRejectedError):
        return words.say("rejected", error=error)
    if isinstance(error, NotGradableError):
        return words.say("not_gradable", error="; ".join(translated(str(one), words.language) for one in error.errors))
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in EXPIRED:
        return words.say("expired", error=error)
    return translated(str(error), words.language)

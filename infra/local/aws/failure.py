"""Why a resource of a stack could not be made or deleted, whoever says so."""

from __future__ import annotations

from typing import Final

from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from infra.local.call import AwsError


class ResourceFailedError(Exception):
    """The message is the reason that DescribeStackEvents gives."""


# What moto's services (older ones by way of werkzeug), our own handlers and the mends raise.
FAILURES: Final = (ServiceException, HTTPException, AwsError, ResourceFailedError)
# What a property of the wrong type, say a list for a text, makes Python raise somewhere in them.
TRIPS: Final = (AttributeError, LookupError, TypeError, ValueError)


def reason(error: Exception) -> str:
    """The failure in the words of its service, with the code where there is one."""
    code = getattr(error, "error_type", None) or getattr(error, "code", None)
    message = str(getattr(error, "message", error))
    return f"{message} (Error Code: {code})" if isinstance(code, str) else message

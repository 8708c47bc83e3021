"""Pages and time ranges, as CloudTrail's API takes and gives them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.call import AwsError, Call

Page = tuple[list[Any], str | None]


def page_of(items: list[Any], call: Call, name: str, most: int) -> Page:
    """The part of the items that the call asks for, and the token for more of them."""
    size, start = size_of(call, name, most), offset_of(call.parameters.get("NextToken"), call.operation)
    end = start + size
    return items[start:end], token_for(call.operation, end) if end < len(items) else None


def size_of(call: Call, name: str, most: int) -> int:
    """How many the call asks for by the parameter of this name. Raises AwsError InvalidMaxResultsException."""
    size: int = call.parameters.get(name, most)
    if not 1 <= size <= most:
        raise AwsError("InvalidMaxResultsException", f"{name} has to be between 1 and {most}.")
    return size


def times_of(call: Call, code: str, *, default_start: datetime) -> tuple[datetime, datetime]:
    """The call's time range, until now by default. Raises AwsError with this code if it is upside down."""
    start: datetime = call.parameters.get("StartTime") or default_start
    end: datetime = call.parameters.get("EndTime") or call.time
    start, end = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (start, end))
    if start > end:
        raise AwsError(code, "The start of the time range is after its end.")
    return start, end


def token_for(subject: str, offset: int) -> str:
    """A token that goes on at this place of this subject."""
    return base64.urlsafe_b64encode(f"{subject}:{offset}".encode()).decode()


def offset_of(token: str | None, subject: str) -> int:
    """The place that a token names, 0 without one. Raises AwsError InvalidNextTokenException."""
    if token is None:
        return 0
    try:
        owner, _, offset = base64.urlsafe_b64decode(token).decode().rpartition(":")
        place = int(offset)
    except ValueError as error:
        raise _bad_token() from error
    if owner != subject or place < 0:
        raise _bad_token()
    return place


def _bad_token() -> AwsError:
    return AwsError("InvalidNextTokenException", "A token that is not valid, or that was used with other parameters.")


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those that have a value."""
    return {name: value for name, value in values.items() if value is not None}

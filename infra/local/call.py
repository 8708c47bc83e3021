"""One API call as every station of local AWS sees it: who calls what, where, with which parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


class AwsError(Exception):
    """A refusal in AWS's terms. The endpoint answers it in the protocol of the service that was called."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The identity behind an access key."""

    account_id: str
    access_key_id: str
    kind: Literal["AssumedRole", "IAMUser"]
    principal_id: str  # "AROA...:i-0abc...", "AIDA..."
    arn: str  # "arn:aws:sts::111111111111:assumed-role/NAME/SESSION", "arn:aws:iam::...:user/NAME"
    name: str  # the role's or the user's
    issued_at: datetime | None = None  # when the session began; None for a user

    @property
    def session_name(self) -> str:
        """The role session's name; the instance id for the credentials of an instance."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authenticated call, before it is answered."""

    service: str  # botocore's name: "s3", "ec2", "cloudtrail"
    operation: str  # the API's: "ListBuckets"
    parameters: Mapping[str, Any]  # as boto3 takes them; a streamed body is left out
    region: str
    caller: Caller
    time: datetime  # UTC
    request_id: str  # what the client gets as x-amzn-requestid
    source_ip: str
    user_agent: str
    host: str  # as the client addressed it
    bytes_in: int  # length of the body
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    session_policy: str | None = None  # the policy that the caller's role was assumed with, as JSON
    invoked_by: str | None = None  # the service that calls in the caller's name: "cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the client got."""

    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes


_answered: ContextVar[Call | None] = ContextVar("the call that is being answered", default=None)


def answered() -> Call | None:
    """The call that is being answered in this thread, for those who act on the caller's behalf."""
    return _answered.get()


@contextmanager
def answering(call: Call) -> Iterator[None]:
    """Within the block this call is being answered."""
    token = _answered.set(call)
    try:
        yield
    finally:
        _answered.reset(token)

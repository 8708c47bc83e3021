"""What CloudFormation tells while it works on a stack, and what it says was the cause when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING

from infra.deploy.stack import LAKE_IS_CLOSED, USE_ATHENA, DeploymentError, Target, events_of, first_cause

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

POLL = 2.0  # seconds
SILENCE = 10.0  # seconds, until what is waited for is said again
PATIENCE = 3600.0  # seconds; a custom resource alone may take an hour
STANDING = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
AS_BEFORE = ("UPDATE_ROLLBACK_COMPLETE",)  # an update failed, and nothing is in the way
BEGUN = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
STILL = "_IN_PROGRESS"


class StillWorkingError(RuntimeError):
    """CloudFormation takes longer than anybody waits."""


def newest(client: CloudFormationClient, stack: str) -> str | None:
    """The id of the last event of a stack; None where there is none. Raises botocore's ClientError."""
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    return events[0]["EventId"] if events else None


def follow(
    client: CloudFormationClient, target: Target, *, after: str | None, total: int, say: Callable[[str], None]
) -> None:
    """Tell of the stack's events after this one, until it stands.

    `total` is how many resources are worked on, 0 where nobody knows. Raises DeploymentError with the first real cause,
    StillWorkingError after an hour, botocore's ClientError.
    """
    began = spoken = time.monotonic()
    told = 0
    while True:
        events = _operation(client, target.stack, after)
        now = time.monotonic()
        for place, event in enumerate(events[told:], told + 1):
            if _is_told(event):
                say(_line(event, _done(events[:place]), total, now - began))
                spoken = now
        told = len(events)
        if events and _is_stack(events[-1]) and not events[-1].get("ResourceStatus", "").endswith(STILL):
            return _end(events, target)
        if now - spoken > SILENCE:
            say(f"{now - began:4.0f} s  waiting for {', '.join(_open(events)) or 'CloudFormation'}")
            spoken = now
        if now - began > PATIENCE:
            raise StillWorkingError(
                f"stack {target.stack} is still at work after {PATIENCE / 60:.0f} minutes: "
                f"`{target.command} deploy` goes on waiting"
            )
        time.sleep(POLL)


def _operation(client: CloudFormationClient, stack: str, after: str | None) -> list[StackEventTypeDef]:
    """The events of what is done to the stack now, in their order: since it was begun, and after that event."""
    operation: list[StackEventTypeDef] = []
    for event in takewhile(lambda event: event["EventId"] != after, events_of(client, stack)):
        operation.append(event)
        if _is_stack(event) and event.get("ResourceStatus") in BEGUN:
            return operation[::-1]
    return []


def _end(events: list[StackEventTypeDef], target: Target) -> None:
    status = events[-1].get("ResourceStatus", "")
    if status in STANDING:
        return
    cause = first_cause(events)
    if LAKE_IS_CLOSED in cause:
        raise DeploymentError(f"{USE_ATHENA}, after `{target.command} teardown`")
    clear = "" if status in AS_BEFORE else f", clear the stack with `{target.command} teardown`,"
    raise DeploymentError(
        f"stack {target.stack} could not be deployed: {cause}. It is {status} now: mend that{clear} "
        f"and then `{target.command} deploy` again"
    )


def _is_stack(event: StackEventTypeDef) -> bool:
    return event.get("PhysicalResourceId") == event["StackId"]


def _is_told(event: StackEventTypeDef) -> bool:
    return not event.get("ResourceStatus", "").endswith(STILL)


def _done(events: list[StackEventTypeDef]) -> int:
    complete = {e.get("LogicalResourceId") for e in events if e.get("ResourceStatus", "").endswith("_COMPLETE")}
    return len(complete - {event.get("LogicalResourceId") for event in events if _is_stack(event)})


def _open(events: list[StackEventTypeDef]) -> list[str]:
    """What was begun and has not ended."""
    last = {str(event.get("LogicalResourceId")): event.get("ResourceStatus", "") for event in events[1:]}
    return [name for name, status in last.items() if status.endswith(STILL)]


def _line(event: StackEventTypeDef, done: int, total: int, seconds: float) -> str:
    what = f"{event.get('ResourceStatus', ''):18} {event.get('ResourceType')} {event.get('LogicalResourceId')}"
    count = f"{min(done, total):3} of {total}  " if total else ""
    return f"{seconds:4.0f} s  {count}{what}"

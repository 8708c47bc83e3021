"""What has to have an end before a teardown can go on: told of every ten seconds, and not waited for without end.

All raise StaysError, and botocore's ClientError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from infra.deploy.account import Account
from infra.deploy.inventory.finders import ENDED
from infra.deploy.inventory.record import GONE
from infra.deploy.progress import Say, seldom
from scenario.query.waiting import TimeTaken

PATIENCE = 1800.0  # seconds
GIVEN_UP = ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS")  # what CloudFormation leaves off for a deletion


class StaysError(RuntimeError):
    """Something could not be removed. The message is the reason."""


def instances_ended(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until these are terminated: only then do their interfaces and volumes go."""
    asked = [{"Name": "instance-id", "Values": list(ids)}]

    def ended() -> bool:
        shown = account.client("ec2").describe_instances(Filters=asked)["Reservations"]
        return all(one["State"]["Name"] == ENDED for reservation in shown for one in reservation["Instances"])

    _until(ended, f"waiting for the end of {', '.join(ids)}", say)


def stacks_ended(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until these are deleted. Raises StaysError with the first reason where one could not be."""
    for id_ in ids:
        _until(partial(_has_ended, account, id_), f"{id_} is being deleted", say)
        if _status(account, id_) != GONE:
            raise StaysError(_reason(account, id_))


def stacks_at_rest(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until CloudFormation does nothing to these that it would not give up for a deletion."""
    for id_ in ids:
        _until(partial(_rests, account, id_), f"{id_} is being changed", say)


WAITS: Final[Mapping[str, Callable[[Account, Sequence[str], Say], None]]] = {
    "instance": instances_ended,
    "stack": stacks_ended,
}
"""By what is removed: how its end is waited for."""


def _status(account: Account, stack_id: str) -> str:
    return str(account.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])


def _rests(account: Account, stack_id: str) -> bool:
    status = _status(account, stack_id)
    return status in GIVEN_UP or not status.endswith("_IN_PROGRESS")


def _has_ended(account: Account, stack_id: str) -> bool:
    return _status(account, stack_id) in (GONE, "DELETE_FAILED")


def _reason(account: Account, stack_id: str) -> str:
    """Why CloudFormation could not delete a stack: what failed first, the last time that it was tried."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id)
    events = [event for page in pages for event in page["StackEvents"]]  # the latest first
    began = (e["PhysicalResourceId"] == stack_id and e["ResourceStatus"] == "DELETE_IN_PROGRESS" for e in events)
    last = events[: next((place for place, first in enumerate(began) if first), len(events))]
    failed = [event for event in reversed(last) if event["ResourceStatus"] == "DELETE_FAILED"]
    return "{LogicalResourceId}: {ResourceStatusReason}".format(**failed[0]) if failed else "no reason was given"


def _until(holds: Callable[[], bool], what: str, say: Say) -> None:
    """Wait until this holds, and say now and then what is waited for. Raises StaysError after half an hour."""
    taken, heard = TimeTaken(PATIENCE), seldom(say, what)
    for _ in taken.pauses():
        if holds():
            return
        heard(taken.seconds())
    raise StaysError(f"{what}, still after {PATIENCE / 60:.0f} minutes: `lab teardown` again goes on from there")

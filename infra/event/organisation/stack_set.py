"""The stack set of an event: which accounts have a lab, and the operations that make and forget them.

Only one operation works on a stack set at a time (API reference, CreateStackInstances: OperationInProgressException):
whoever comes second waits for the first. An operation goes on when whoever asked for it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.account import Account
from infra.deploy.progress import Say, seldom
from infra.event.limits import limits
from scenario.query.waiting import TimeTaken

PATIENCE: Final = 3 * 3600.0  # seconds; 10,000 accounts, a hundred at a time, take two hours
WORKING: Final = ("RUNNING", "STOPPING", "QUEUED")

WORDS: Final[Mapping[str, str]] = {
    "PENDING": "AWS has not begun with it",
    "RUNNING": "AWS is at work on it",
    "CANCELLED": "AWS left it out: too many accounts had failed before it, or the operation was stopped",
    "SKIPPED_SUSPENDED_ACCOUNT": "the account is suspended: AWS skipped it",
}
"""What a detailed status means where AWS gives no reason (API reference, StackInstanceComprehensiveStatus)."""


class OperationError(RuntimeError):
    """An operation of the stack set did not come to an end in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """The part of the stack set in one account and region. There may be no stack: `stack_id` is "" then."""

    account_id: str
    region: str
    status: str  # "CURRENT", "OUTDATED", "INOPERABLE"
    detailed: str  # "SUCCEEDED", "FAILED", one of WORDS
    reason: str
    stack_id: str

    @property
    def stands(self) -> bool:
        """Whether its stack is as the stack set says."""
        return self.status == "CURRENT"

    @property
    def cause(self) -> str:
        """Why it does not stand; "" where it does."""
        return "" if self.stands else self.reason or WORDS.get(self.detailed) or f"its stack is {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSet:
    """A stack set as the organiser asks it. Every method raises botocore's errors."""

    account: Account
    name: str
    service_managed: bool

    def instances(self) -> dict[tuple[str, str], Instance]:
        """Every instance, by account and region."""
        pages = self._client.get_paginator("list_stack_instances").paginate(StackSetName=self.name)
        found = (_instance(shown) for page in pages for shown in page["Summaries"])
        return {(one.account_id, one.region): one for one in found}

    def create(self, accounts: Sequence[str], region: str, say: Say) -> None:
        """Make a lab in each of these accounts, or try again where that had failed, and wait for the end of it.

        Raises OperationError. How each account fared, its instance says.
        """
        at_once = {"MaxConcurrentCount": int(limits()["stackset_concurrency"].value)}
        many = {**at_once, "FailureToleranceCount": len(accounts), "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
        self._operate("create_stack_instances", accounts, region, say, OperationPreferences=many)

    def forget(self, accounts: Sequence[str], region: str, say: Say) -> None:
        """Forget the instances of these accounts; whatever there is of their stacks stays. Raises OperationError."""
        tolerant = {"FailureToleranceCount": len(accounts)}
        self._operate("delete_stack_instances", accounts, region, say, RetainStacks=True, OperationPreferences=tolerant)

    def wait(self, say: Say) -> None:
        """Wait until no operation works on it, whoever began that. Raises OperationError."""
        taken, heard = TimeTaken(PATIENCE), seldom(say, f"waiting for another operation of stack set {self.name}")
        for _ in taken.pauses():
            if not any(self._working()):
                return
            heard(taken.seconds())
        raise OperationError(f"an operation of stack set {self.name} is still at work: try again later")

    @property
    def _client(self) -> Any:
        return self.account.client("cloudformation")

    def _operate(self, operation: str, accounts: Sequence[str], region: str, say: Say, **asked: Any) -> None:
        taken = TimeTaken(PATIENCE)
        targets = self._targets(accounts)
        for _ in taken.pauses():
            try:
                begun = getattr(self._client, operation)(StackSetName=self.name, Regions=[region], **targets, **asked)
            except ClientError as error:
                if error.response["Error"]["Code"] != "OperationInProgressException":
                    raise
                say(f"another operation works on stack set {self.name}: waiting until it has ended")
                self.wait(say)
            else:
                self._follow(begun["OperationId"], len(accounts), say)
                return
        raise OperationError(f"others keep stack set {self.name} at work: try again later")

    def _follow(self, operation_id: str, count: int, say: Say) -> None:
        taken = TimeTaken(PATIENCE)
        asked = {"StackSetName": self.name, "OperationId": operation_id}
        told = 0
        for _ in taken.pauses():
            status = self._client.describe_stack_set_operation(**asked)["StackSetOperation"]["Status"]
            results = self._client.get_paginator("list_stack_set_operation_results").paginate(**asked)
            ended = sum(one["Status"] not in ("PENDING", "RUNNING") for page in results for one in page["Summaries"])
            if ended > told:
                told = ended
                say(f"  {ended} of {count} accounts, {taken.seconds():.0f} s")
            if status not in WORKING:
                return
        raise OperationError(f"operation {operation_id} of stack set {self.name} is still at work: try again later")

    def _working(self) -> Iterator[str]:
        shown = self._client.list_stack_set_operations(StackSetName=self.name)["Summaries"]  # the latest first
        yield from (operation["OperationId"] for operation in shown if operation["Status"] in WORKING)

    def _targets(self, accounts: Sequence[str]) -> dict[str, Any]:
        """How accounts are named: by themselves, or within the root of their organisation (DeploymentTargets)."""
        if not self.service_managed:
            return {"Accounts": list(accounts)}
        (root,) = self.account.client("organizations").list_roots()["Roots"]
        within = {"OrganizationalUnitIds": [root["Id"]], "AccountFilterType": "INTERSECTION"}
        return {"DeploymentTargets": {**within, "Accounts": list(accounts)}}


def _instance(shown: Mapping[str, Any]) -> Instance:
    return Instance(
        account_id=shown["Account"],
        region=shown["Region"],
        status=shown["Status"],
        detailed=shown.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
        reason=shown.get("StatusReason") or "",
        stack_id=shown.get("StackId") or "",
    )

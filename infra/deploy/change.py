"""What a deployment would change, as a change set says it, and the change carried out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError, WaiterError

from infra.deploy.stack import LAB, DeploymentError, Target
from infra.deploy.stack_events import follow, newest

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType
    from mypy_boto3_cloudformation.type_defs import WaiterConfigTypeDef

ABSENT = ""  # the status of a stack that is not there
LOOK: WaiterConfigTypeDef = {"Delay": 1, "MaxAttempts": 300}  # CloudFormation takes seconds for a change set
EMPTY = ("didn't contain changes", "No updates are to be performed")  # of a change set that failed for that

CLEAR: Final = "a deployment failed, and what it left is in the way: clear it with `{} teardown`, then deploy again"
CHANGE_SETS: Final[Mapping[str, ChangeSetTypeType]] = {
    ABSENT: "CREATE",
    "REVIEW_IN_PROGRESS": "CREATE",
    "CREATE_COMPLETE": "UPDATE",
    "UPDATE_COMPLETE": "UPDATE",
    "UPDATE_ROLLBACK_COMPLETE": "UPDATE",
    "IMPORT_COMPLETE": "UPDATE",
}
"""By the status of the stack, the kind of change set that it takes."""

AT_WORK: Final = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
"""The statuses of a stack that will stand if one waits."""


class StackInTheWayError(RuntimeError):
    """The stack is in no state in which it could be deployed. The message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change set that can be executed.

    `counts` is by action ("Add", "Modify", "Replace", "Remove") and type; `disturbed` names what goes or may restart.
    """

    id: str
    stack_id: str
    counts: Counter[tuple[str, str]]
    disturbed: tuple[str, ...]

    def __str__(self) -> str:
        """A line for each type of resource."""
        return "\n".join(f"  {action:8} {count:3}  {kind}" for (action, kind), count in sorted(self.counts.items()))


def standing(client: CloudFormationClient, target: Target = LAB) -> Mapping[str, Any] | None:
    """The stack as DescribeStacks shows it; None where there is none. Raises botocore's ClientError."""
    try:
        return client.describe_stacks(StackName=target.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def check(stack: Mapping[str, Any] | None, target: Target = LAB) -> str:
    """The stack's status, where it can be deployed in. Raises StackInTheWayError."""
    status = stack["StackStatus"] if stack else ABSENT
    if status in CHANGE_SETS or status in AT_WORK:
        return str(status)
    busy = status.endswith("_IN_PROGRESS")
    todo = "wait until that has ended, then try again" if busy else CLEAR.format(target.command)
    raise StackInTheWayError(f"stack {target.stack} is {status}: {todo}")


def wait_for_others(
    client: CloudFormationClient, status: str, say: Callable[[str], None], target: Target = LAB
) -> None:
    """Wait until whatever is done to the stack has ended well. Raises as `follow`."""
    if status in AT_WORK:
        say(f"stack {target.stack} is {status} already: waiting until it stands")
        follow(client, target, after=None, total=0, say=say)


def plan(
    client: CloudFormationClient, template: str, parameters: Mapping[str, str], status: str, target: Target = LAB
) -> Change | None:
    """A change set that makes the stack what these say; None where it is that already.

    Raises DeploymentError where CloudFormation refuses, botocore's ClientError.
    """
    made = client.create_change_set(
        StackName=target.stack,
        ChangeSetName=f"lab-{time.time_ns()}",
        ChangeSetType=CHANGE_SETS.get(status, "UPDATE"),
        TemplateBody=template,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    try:
        client.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"], WaiterConfig=LOOK)
    except WaiterError as error:
        reason = client.describe_change_set(ChangeSetName=made["Id"]).get("StatusReason", str(error))
        client.delete_change_set(ChangeSetName=made["Id"])
        if any(words in reason for words in EMPTY):
            return None
        raise DeploymentError(f"CloudFormation refused to plan stack {target.stack}: {reason}") from error
    pages = client.get_paginator("describe_change_set").paginate(ChangeSetName=made["Id"])
    changes = [change["ResourceChange"] for page in pages for change in page["Changes"]]
    return Change(
        id=made["Id"],
        stack_id=made["StackId"],
        counts=Counter((_action(change), change["ResourceType"]) for change in changes),
        disturbed=tuple(sorted(change["LogicalResourceId"] for change in changes if _disturbs(change))),
    )


def carry_out(client: CloudFormationClient, change: Change, say: Callable[[str], None], target: Target = LAB) -> None:
    """Execute a change set and wait until the stack stands. Raises as `follow`."""
    after = newest(client, change.stack_id)
    client.execute_change_set(ChangeSetName=change.id)
    follow(client, target, after=after, total=change.counts.total(), say=say)


def _action(change: Mapping[str, Any]) -> str:
    """AWS cannot always tell beforehand whether it replaces: "Conditional" is taken for a yes."""
    replaced = change["Action"] == "Modify" and change.get("Replacement") in ("True", "Conditional")
    return "Replace" if replaced else str(change["Action"])


def _disturbs(change: Mapping[str, Any]) -> bool:
    """An instance that is modified may be stopped and started, as for other user data."""
    restarts = change["ResourceType"] == "AWS::EC2::Instance" and change["Action"] == "Modify"
    return restarts or _action(change) in ("Replace", "Remove")

"""One team's stack: created, read and deleted through the CloudFormation API, wherever that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import WaiterError

from scenario.stage import Stage

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, WaiterConfigTypeDef

STACK_NAME = "ec2-investigation-lab"
LAKE_IS_CLOSED = "no longer accepting new customers"  # since 2026-05-31, whatever the error's class
USE_ATHENA = (
    "CloudTrail Lake takes no new customers, and this account is none of the old ones: choose the other store with "
    "--store athena"
)
POLL: WaiterConfigTypeDef = {"Delay": 1, "MaxAttempts": 1800}  # every second, for half an hour


@dataclass(frozen=True, slots=True)
class Target:
    """A stack that a verb deploys, and how the words of its verbs begin."""

    stack: str
    command: str


LAB = Target(STACK_NAME, "lab")


class DeploymentError(RuntimeError):
    """The stack could not be created. The message ends with the first real cause, or says what to do about it."""


def deploy(session: boto3.Session, template: str, parameters: Mapping[str, str]) -> Stage:
    """Create the lab's stack and wait until it stands.

    Raises DeploymentError with the first failure that CloudFormation reports.
    """
    client = session.client("cloudformation")
    client.create_stack(
        StackName=STACK_NAME,
        TemplateBody=template,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    try:
        client.get_waiter("stack_create_complete").wait(StackName=STACK_NAME, WaiterConfig=POLL)
    except WaiterError as error:
        cause = first_cause(reversed(list(events_of(client, STACK_NAME))))
        if LAKE_IS_CLOSED in cause:
            raise DeploymentError(USE_ATHENA) from error
        raise DeploymentError(f"stack {STACK_NAME} could not be created: {cause}") from error
    return find(session)


def find(session: boto3.Session) -> Stage:
    """The stage of the lab in this account and region. Raises StageIncompleteError; ClientError where there is none."""
    return Stage.from_stack(session.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0])


def events_of(client: CloudFormationClient, stack: str) -> Iterator[StackEventTypeDef]:
    """Every event of a stack, the latest first. Raises botocore's ClientError."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack):
        yield from page["StackEvents"]


def first_cause(events: Iterable[StackEventTypeDef]) -> str:
    """The first failure that is none of another one's consequences; the events come in their order."""
    for event in events:
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and "cancelled" not in reason:
            return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason.rstrip('. ')}"
    return "CloudFormation does not say why"

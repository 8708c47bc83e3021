"""Stack sets: what each account's stack is given, what it is called, and how each account fares by itself.

AWS: overrides replace the stack set's parameters of the same names, and no others; a stack is called
StackSet-NAME-UUID (API reference, CreateStackInstances). One operation at a time works on a stack set; an account that
fails has a stack instance with the reason, and a new operation tries again those that are OUTDATED. With RetainStacks
an instance goes and its stack stays (API reference, CreateStackInstances, DeleteStackInstances, StackInstanceSummary).
An account needs the execution role; a suspended one is skipped.
Bare moto: overrides leave nothing of the stack set's own parameters, a stack is called StackSet:NAME, the first account
that fails ends the call, every instance is CURRENT, and no operation is ever in another's way.
Here an operation is over before its call is answered; whether the role trusts the administrator is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from moto.cloudformation.exceptions import CloudFormationError, StackInstanceNotFound, ValidationError
from moto.cloudformation.models import CloudFormationBackend, StackSet, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.organizations.models import organizations_backends

from infra.local import clock
from infra.local.aws.stack import STANDING
from infra.local.call import Caller, answered, answering
from infra.local.identity import PARTITION, role_named

SUSPENDED: Final = "SKIPPED_SUSPENDED_ACCOUNT"
NO_ROLE: Final = "Account {account} should have '{role}' role with trust relationship to Role '{administrator}'."
_one: Final = Lock()  # while it is looked whether another operation is in progress


class OperationInProgressError(CloudFormationError):
    """Another operation works on the stack set."""

    code = "OperationInProgressException"


class Instance:
    """One account's part of a stack set: a stack, or the reason why there is none."""

    def __init__(self, stack_set: StackSet, account_id: str, region: str) -> None:
        self.stack_set, self.account_id, self.region_name = stack_set, account_id, region
        self.parameters: list[dict[str, str]] = []
        self.stack: Any = None
        self.detailed, self.reason = "PENDING", ""

    def deploy(self, overrides: list[dict[str, str]]) -> None:
        """Make the stack, or take down why it could not be made."""
        self.parameters = overrides
        given = dict(self.stack_set.parameters) | {one["ParameterKey"]: one["ParameterValue"] for one in overrides}
        self.detailed, self.reason = self._hindrance()
        if self.detailed:
            return
        backend = cloudformation_backends[self.account_id][self.region_name]
        if self.stack is not None:
            backend.delete_stack(self.stack.stack_id)
        name = f"StackSet-{self.stack_set.name}-{mock_random.uuid4()}"
        with self._executor():
            self.stack = backend.create_stack(name=name, template=self.stack_set.template, parameters=given)
        self.detailed = "SUCCEEDED" if self.stack.status in STANDING else "FAILED"
        self.reason = "" if self.stack.status in STANDING else _first_cause(self.stack)

    def delete(self) -> None:
        """Delete the stack too. What is gone already is no error."""
        if self.stack is not None:
            with self._executor():
                cloudformation_backends[self.account_id][self.region_name].delete_stack(self.stack.stack_id)

    def result(self) -> dict[str, str]:
        """How the last operation ended here."""
        status = "SUCCEEDED" if self.detailed == "SUCCEEDED" else "FAILED"
        return {"Account": self.account_id, "Region": self.region_name, "Status": status, "StatusReason": self.reason}

    def to_dict(self) -> dict[str, Any]:
        """As DescribeStackInstance shows it."""
        return {
            "StackId": self.stack.stack_id if self.stack is not None else None,
            "StackSetId": self.stack_set.id,
            "Region": self.region_name,
            "Account": self.account_id,
            "Status": "CURRENT" if self.detailed == "SUCCEEDED" else "OUTDATED",
            "StatusReason": self.reason or None,
            "ParameterOverrides": self.parameters,
            "StackInstanceStatus": {"DetailedStatus": self.detailed},
        }

    def _hindrance(self) -> tuple[str, str]:
        owner, role = self.stack_set.administration_role_arn.split(":")[4], self.stack_set.execution_role_name
        members = {one.id: one.status for one in organizations_backends[owner][PARTITION].accounts}
        if members.get(self.account_id) == "SUSPENDED":
            return SUSPENDED, ""
        if self.stack_set.permission_model == "SELF_MANAGED" and role_named(self.account_id, role) is None:
            administrator = self.stack_set.administration_role_arn.rpartition("/")[2]
            return "FAILED", NO_ROLE.format(account=self.account_id, role=role, administrator=administrator)
        return "", ""

    @contextmanager
    def _executor(self) -> Iterator[None]:
        """Let all be done in the account's own region, by a session of the execution role."""
        call, role = answered(), self.stack_set.execution_role_name
        if call is None:
            yield
            return
        session = str(mock_random.uuid4())
        caller = Caller(
            account_id=self.account_id,
            access_key_id=call.caller.access_key_id,
            kind="AssumedRole",
            principal_id=f"AROA{role[:17].upper()}:{session}",
            arn=f"arn:{PARTITION}:sts::{self.account_id}:assumed-role/{role}/{session}",
            name=role,
            issued_at=call.time,
        )
        time = min(
            call.time, datetime.now(UTC)
        )  # changes of the administrator's own account may run ahead of the clock
        with answering(replace(call, caller=caller, region=self.region_name, time=time)), clock.at(time):
            yield


class StackSetBackend(CloudFormationBackend):
    """CloudFormation with stack sets as AWS has them."""

    def create_stack_instances(
        self,
        stackset_name: str,
        accounts: list[str],
        regions: list[str],
        parameters: list[dict[str, str]],
        deployment_targets: dict[str, Any] | None,
    ) -> str:
        """Make a stack in every account that has none that stands. Raises OperationInProgressError."""
        stack_set = self.describe_stack_set(stackset_name)
        there: list[Any] = stack_set.instances.stack_instances
        with _operation(stack_set, "CREATE") as operation:
            for account_id, region in _targets(stack_set, accounts, regions, deployment_targets or {}):
                found: Any = stack_set.instances.get_instance(account_id, region)
                instance = found or Instance(stack_set, account_id, region)
                if instance not in there:
                    there.append(instance)
                if instance.detailed != "SUCCEEDED":
                    instance.deploy(parameters)
                operation["Results"].append(instance.result())
        return str(operation["OperationId"])

    def describe_stack_instance(self, stack_set_name: str, account_id: str, region: str) -> dict[str, Any]:
        """As moto's. Raises StackInstanceNotFound where there is none."""
        found: Any = self.describe_stack_set(stack_set_name).instances.get_instance(account_id, region)
        if found is None:
            raise StackInstanceNotFound
        return dict(found.to_dict())

    def remove_stack_instances(
        self, name: str, accounts: list[str], regions: list[str], targets: dict[str, Any], *, retain: bool
    ) -> str:
        """Forget instances, and delete their stacks but where these are retained. Raises likewise."""
        stack_set = self.describe_stack_set(name)
        there: list[Any] = stack_set.instances.stack_instances
        with _operation(stack_set, "DELETE") as operation:
            for account_id, region in _targets(stack_set, accounts, regions, targets):
                instance = stack_set.instances.get_instance(account_id, region)
                if instance is not None:
                    if not retain:
                        instance.delete()
                    there.remove(instance)
                operation["Results"].append({"Account": account_id, "Region": region, "Status": "SUCCEEDED"})
        return str(operation["OperationId"])


class StackSetAnswers(CloudFormationResponse):
    """What CloudFormation answers of stack sets."""

    def delete_stack_instances(self) -> ActionResult:
        """Honours RetainStacks and DeploymentTargets."""
        backend: Any = self.cloudformation_backend
        operation_id = backend.remove_stack_instances(
            self._get_param("StackSetName"),
            self._get_param("Accounts", []),
            self._get_param("Regions", []),
            self._get_params().get("DeploymentTargets") or {},
            retain=bool(self._get_bool_param("RetainStacks", False)),
        )
        return ActionResult({"OperationId": operation_id})

    def list_stack_set_operation_results(self) -> ActionResult:
        """Each account with its own status and reason."""
        operation = self.cloudformation_backend.list_stack_set_operation_results(
            self._get_param("StackSetName"), self._get_param("OperationId")
        )
        return ActionResult({"Summaries": operation["Results"]})


@contextmanager
def _operation(stack_set: StackSet, action: str) -> Iterator[dict[str, Any]]:
    """An operation that is in progress within the block. Raises OperationInProgressError where another one is."""
    with _one:
        if busy := next((one for one in stack_set.operations if one["Status"] == "RUNNING"), None):
            message = f"Another Operation on StackSet {stack_set.arn} is in progress: {busy['OperationId']}"
            raise OperationInProgressError(message)
        operation = stack_set._create_operation(str(mock_random.uuid4()), action, "RUNNING")
        operation["Results"] = []
    try:
        yield operation
    finally:
        failed = any(result["Status"] == "FAILED" for result in operation["Results"])
        operation["Status"] = "FAILED" if failed else "SUCCEEDED"


def _targets(
    stack_set: StackSet, accounts: list[str], regions: list[str], targets: dict[str, Any]
) -> Sequence[tuple[str, str]]:
    """Account and region of every instance that is meant. Raises ValidationError for those of the other model."""
    units = targets.get("OrganizationalUnitIds", [])
    if (stack_set.permission_model == "SERVICE_MANAGED") != bool(units):
        meant = "OrganizationalUnit" if not units else "accounts"
        message = f"StackSets with {stack_set.permission_model} permission model can only have {meant} as target"
        raise ValidationError(message=message)
    if units:
        organization = organizations_backends[stack_set.administration_role_arn.split(":")[4]][PARTITION]
        inside = {*units, *(unit.id for unit in organization.ou if unit.parent_id in units)}
        members = [one.id for one in organization.accounts if one.parent_id in inside]
        only = targets.get("Accounts") if targets.get("AccountFilterType") == "INTERSECTION" else None
        accounts = [account for account in members if only is None or account in only]
    return [(account, region) for region in regions for account in accounts]


def _first_cause(stack: Any) -> str:
    """What StackSets says of a stack that failed: its first resource that did."""
    failed = (event for event in stack.events if event.resource_status == "CREATE_FAILED")
    event = next((event for event in failed if event.resource_type != "AWS::CloudFormation::Stack"), None)
    if event is None:
        return str(stack.status_reason or stack.status)
    return (
        f"ResourceLogicalId:{event.logical_resource_id}, ResourceType:{event.resource_type}, "
        f"ResourceStatusReason:{event.resource_status_reason}"
    )

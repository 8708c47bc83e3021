"""Stack sets: what each account's stack is given, and what it is called.

AWS: overrides replace the stack set's parameters of the same names, and no others; a stack is called
StackSet-NAME-UUID (API reference, CreateStackInstances).
Bare moto: overrides leave nothing of the stack set's own parameters, and a stack is called StackSet:NAME.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from moto.cloudformation.models import CloudFormationBackend, Stack

MARK: Final = "StackSet:"


class StackSetBackend(CloudFormationBackend):
    """CloudFormation with stack sets as AWS has them."""

    def create_stack(self, name: str, *args: Any, **settings: Any) -> Stack:
        """As moto's, under a name that AWS would choose where a stack set asks for it."""
        if name.startswith(MARK):
            name = f"StackSet-{name.removeprefix(MARK)}-{uuid.uuid4()}"
        return super().create_stack(name, *args, **settings)

    def create_stack_instances(
        self,
        stackset_name: str,
        accounts: list[str],
        regions: list[str],
        parameters: list[dict[str, str]],
        deployment_targets: dict[str, Any] | None,
    ) -> str:
        """As moto's; an instance shows its overrides alone."""
        stack_set = self.describe_stack_set(stackset_name)
        there = list(stack_set.instances.stack_instances)
        given = dict(stack_set.parameters) | {one["ParameterKey"]: one["ParameterValue"] for one in parameters}
        whole = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        operation_id = super().create_stack_instances(stackset_name, accounts, regions, whole, deployment_targets)
        for instance in stack_set.instances.stack_instances:
            if instance not in there:
                instance.parameters = parameters
        return operation_id

"""CloudFormation with every mend: which classes moto makes its stacks, resources and answers of."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

import moto.cloudformation.urls
from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, Stack, cloudformation_backends
from moto.cloudformation.parsing import resource_class_from_type as motos_class

from infra.local.aws import change_sets, properties
from infra.local.aws.custom_resource import CustomResource
from infra.local.aws.ec2 import MendedInstance, MendedInterface
from infra.local.aws.no_echo import MaskedAnswers
from infra.local.aws.stack import ToldResource, ToldStack
from infra.local.aws.stack_answers import WilledAnswers
from infra.local.aws.stack_sets import StackSetAnswers, StackSetBackend
from infra.local.aws.template_address import TemplateAddressAssociation
from infra.local.aws.template_bucket import TemplateBucket, TemplateBucketPolicy
from infra.local.aws.template_event_data_store import TemplateEventDataStore
from infra.local.aws.template_glue import TemplateDatabase, TemplateTable
from infra.local.aws.template_network import TemplateGroup, TemplateRouteTableAssociation, TemplateSubnet, TemplateVpc
from infra.local.aws.template_role import TemplateRole
from infra.local.aws.template_trail import TemplateTrail
from infra.local.aws.template_work_group import TemplateWorkGroup

RESOURCE_TYPES: Final[Mapping[str, type[Any]]] = {
    "AWS::Athena::WorkGroup": TemplateWorkGroup,
    "AWS::CloudFormation::CustomResource": CustomResource,
    "AWS::CloudTrail::EventDataStore": TemplateEventDataStore,
    "AWS::CloudTrail::Trail": TemplateTrail,
    "AWS::EC2::EIPAssociation": TemplateAddressAssociation,
    "AWS::EC2::Instance": MendedInstance,
    "AWS::EC2::NetworkInterface": MendedInterface,
    "AWS::EC2::SecurityGroup": TemplateGroup,
    "AWS::EC2::Subnet": TemplateSubnet,
    "AWS::EC2::SubnetRouteTableAssociation": TemplateRouteTableAssociation,
    "AWS::EC2::VPC": TemplateVpc,
    "AWS::Glue::Database": TemplateDatabase,
    "AWS::Glue::Table": TemplateTable,
    "AWS::IAM::Role": TemplateRole,
    "AWS::S3::Bucket": TemplateBucket,
    "AWS::S3::BucketPolicy": TemplateBucketPolicy,
}


IN_REVIEW: Final = "REVIEW_IN_PROGRESS"


class MendedBackend(StackSetBackend):
    """One account's CloudFormation in one region, with every mend."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.cloudformation.urls

    def create_stack(self, *args: Any, **settings: Any) -> Stack:
        """As moto's; exports are published once the stack stands."""
        stack = super().create_stack(*args, **settings)
        self._settle(stack)
        return stack

    def update_stack(self, *args: Any, **settings: Any) -> Stack:
        """As moto's; exports are those of the template that the stack has in the end."""
        stack = super().update_stack(*args, **settings)
        self._settle(stack)
        return stack

    def delete_stack(self, name_or_stack_id: str) -> None:
        """Delete a stack, or keep it as DELETE_FAILED; one that is not there is no error.

        Raises ValidationError for a protected stack.
        """
        for stack in list(self.stacks.values()):
            if name_or_stack_id in (stack.name, stack.stack_id):
                self._delete(stack)

    def create_change_set(self, *args: Any, **asked: Any) -> tuple[str, str]:
        """As moto's, for a stack in review too; the changes are those that will be made."""
        reviewed = [s for s in self.stacks.values() if s.name == asked["stack_name"] and s.status == IN_REVIEW]
        for stack in reviewed:
            del self.stacks[stack.stack_id]
        change_set_id, stack_id = super().create_change_set(*args, **asked)
        change_sets.complete(self.change_sets[change_set_id])
        return change_set_id, stack_id

    def execute_change_set(self, change_set_name: str, stack_name: str | None = None) -> None:
        """Create or update the stack the way CreateStack and UpdateStack do it. Raises ValidationError."""
        change_set = self.describe_change_set(change_set_name)
        assert change_set is not None, "describe_change_set raises where there is none"
        change_sets.check(change_set)
        stack = change_set.stack
        if change_set.change_set_type == "CREATE":
            _create(stack, change_set)
        else:
            stack.update(change_set.template, change_set.role_arn, change_set.parameters, change_set.tags or None)
        done = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        change_set.execution_status = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"
        self._settle(stack)

    def _settle(self, stack: Stack) -> None:
        """Publish the exports of a stack that stands; bury one that was deleted."""
        self.exports.update({export.name: export for export in stack.exports})
        if stack.status == "DELETE_COMPLETE":
            self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)

    def _delete(self, stack: Stack) -> None:
        if stack.enable_termination_protection:
            raise ValidationError(
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        for export in stack.exports:
            self.exports.pop(export.name, None)
        stack.delete()
        self._settle(stack)


def _create(stack: Stack, change_set: ChangeSet) -> None:
    stack.template, stack.parameters = change_set.template, change_set.parameters
    stack._parse_template()
    stack.resource_map = stack._create_resource_map()
    stack.output_map = stack._create_output_map()
    stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")
    stack.create_resources()


class MendedResponse(WilledAnswers, StackSetAnswers, MaskedAnswers):
    """What CloudFormation answers, with every mend."""


def resource_class(resource_type: str) -> type[Any]:
    """The class that makes resources of a type: ours where we have one, else moto's."""
    if resource_type.startswith("Custom::"):
        return CustomResource
    return RESOURCE_TYPES.get(resource_type) or motos_class(resource_type)


def mend() -> None:
    """Have moto build CloudFormation from the classes above. What it held there until now is forgotten."""
    for module, name, ours in (
        (parsing, "resource_class_from_type", resource_class),
        (parsing, "parse_resource_and_generate_name", properties.parse),
        (models, "Stack", ToldStack),
        (responses, "StackResourceDTO", ToldResource),
    ):
        setattr(module, name, ours)
    moto.cloudformation.urls.url_paths["{0}/$"] = MendedResponse.dispatch
    cloudformation_backends.backend = MendedBackend
    cloudformation_backends.clear()

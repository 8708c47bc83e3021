"""The resources of one stack: made in order of need, told as events, deleted in reverse.

AWS: each resource has its CREATE_IN_PROGRESS, CREATE_COMPLETE or CREATE_FAILED with the reason; deletion goes the
other way round and tells the same; a resource with DeletionPolicy Retain stays.
Bare moto: no event for a resource; an output that is looked at makes the resource it names, even in a failed stack;
deletion goes in any order, five times over, and forgets what it could not delete.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import NULL_MODELS, ResourceMap
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.utilities.utils import get_partition

from infra.local import clock
from infra.local.aws import deletions, parameters, references, stack_calls
from infra.local.aws.failure import FAILURES, ResourceFailedError, reason
from infra.local.aws.values import tag_map

TAKES: Final = timedelta(seconds=3)  # each resource, in a stack of the lab's past
URL_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}

# Logical id, status, physical id, reason.
Report = Callable[[str, str, str, str | None], None]


class Resources(ResourceMap):
    """A stack's resources and parameters by name. `report` hears of everything that happens to a resource."""

    def __init__(self, report: Report, **settings: Any) -> None:
        super().__init__(**settings)
        self._report = report
        self._building = False
        partition = get_partition(self._region_name)
        self._parsed_resources["AWS::Partition"] = partition
        self._parsed_resources["AWS::URLSuffix"] = URL_SUFFIXES.get(partition, "amazonaws.com")

    def __getitem__(self, key: str) -> Any:
        """A parameter's value or a resource; None for a resource that is not there."""
        if key in self._parsed_resources:
            return self._parsed_resources[key]
        return self._make(key) if self._building and key in self._resource_json_map else None

    def load(self) -> None:
        """Read parameters and conditions. Raises ValidationError for a template that CreateStack refuses."""
        unknown = sorted({d["Type"] for d in self._resource_json_map.values() if not _is_known(d["Type"])})
        if unknown:
            raise ValidationError(message=f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
        if self._template:  # a stack that a change set is to create has none yet
            parameters.check(self._template, self.input_parameters)
        super().load()
        if self._template:
            references.in_order(self._template, self.lazy_condition_map)

    def load_parameters(self) -> None:
        """Resolve the parameters."""
        super().load_parameters()
        self.resolved_parameters = parameters.as_text(self._template, self.resolved_parameters, self.input_parameters)
        self._parsed_resources.update(self.resolved_parameters)

    def create(self, template: dict[str, Any]) -> bool:
        """Make every resource whose condition holds. Raises ResourceFailedError, whose message is the logical id."""
        self.tags["aws:cloudformation:stack-name"] = str(self["AWS::StackName"])
        self.tags["aws:cloudformation:stack-id"] = self.stack_id
        self._building = True
        try:
            for key in references.in_order(template, self.lazy_condition_map):
                self[key]
        finally:
            self._building = False
        return True

    def update(self, template: dict[str, Any], given: dict[str, Any] | None = None) -> None:
        """As moto's, parameters checked before. Raises ValidationError, ResourceFailedError."""
        parameters.check(template, self.input_parameters if given is None else given)
        self._building = True
        try:
            super().update(template, given)
        finally:
            self._building = False

    def made(self) -> list[str]:
        """The logical ids of the resources that are there, in the order in which they were made."""
        return [key for key in self._parsed_resources if key in self._resource_json_map]

    def delete(self) -> None:
        """Delete what is there, last made first. Raises ResourceFailedError naming what could not be deleted."""
        failed = [key for key in reversed(self.made()) if not self._delete(key)]
        if failed:
            raise ResourceFailedError(", ".join(failed))

    def _delete_resource(self, parsed_resource: Any, resource_json: dict[str, Any]) -> None:
        deletions.delete(parsed_resource, resource_json, self._account_id, self._region_name)

    def _make(self, key: str) -> Any:
        clock.move_on(TAKES)
        self._report(key, "CREATE_IN_PROGRESS", "", None)
        try:
            resource: Any = super().__getitem__(key)
        except FAILURES as error:
            self._report(key, "CREATE_FAILED", "", reason(error))
            raise ResourceFailedError(key) from error
        if resource is None:  # a wait condition: nothing to make
            return None
        if isinstance(resource, TaggedEC2Resource):
            self._tag(key, resource)
        self._report(key, "CREATE_IN_PROGRESS", resource.physical_resource_id, "Resource creation Initiated")
        self._tell(key, resource)
        self._report(key, "CREATE_COMPLETE", resource.physical_resource_id, None)
        return resource

    def _tag(self, key: str, resource: Any) -> None:
        """Put the stack's tags, CloudFormation's own and the template's on something of EC2's."""
        own = parsing.clean_json(self._resource_json_map[key].get("Properties", {}).get("Tags", []), self)
        tags = {**self.tags, "aws:cloudformation:logical-id": key, **tag_map(own)}
        ec2_backends[self._account_id][self._region_name].create_tags([resource.id], tags)

    def _tell(self, key: str, resource: Any) -> None:
        """Have the calls recorded that made it."""
        definition = self._resource_json_map[key]
        properties = parsing.clean_json(definition.get("Properties", {}), self)
        stack_calls.tell(
            stack_calls.Made(
                type=definition["Type"],
                properties=properties,
                resource=resource,
                account_id=self._account_id,
                region=self._region_name,
            )
        )

    def _delete(self, key: str) -> bool:
        resource, definition = self._parsed_resources[key], self._resource_json_map[key]
        physical_id = resource.physical_resource_id
        if definition.get("DeletionPolicy") == "Retain":
            self._report(key, "DELETE_SKIPPED", physical_id, None)
            return True
        self._report(key, "DELETE_IN_PROGRESS", physical_id, None)
        try:
            deletions.delete(resource, definition, self._account_id, self._region_name)
        except FAILURES as error:
            self._report(key, "DELETE_FAILED", physical_id, reason(error))
            return False
        self._report(key, "DELETE_COMPLETE", physical_id, None)
        del self._parsed_resources[key]
        return True


def _is_known(kind: str) -> bool:
    return kind in NULL_MODELS or parsing.resource_class_from_type(kind) is not None

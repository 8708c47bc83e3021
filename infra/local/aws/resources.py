"""The resources of one stack: made in order of need, altered or replaced, told as events, deleted in reverse.

AWS: each resource has its CREATE_IN_PROGRESS, CREATE_COMPLETE or CREATE_FAILED with the reason; deletion goes the
other way round and tells the same; a resource with DeletionPolicy Retain stays.
Bare moto: no event for a resource; an output that is looked at makes the resource it names, even in a failed stack;
deletion goes in any order, five times over, and forgets what it could not delete.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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
from infra.local.aws.failure import FAILURES, TRIPS, ResourceFailedError, reason
from infra.local.aws.values import tag_map

log = logging.getLogger(__name__)

TAKES: Final = timedelta(seconds=3)  # each resource, in a stack of the lab's past
URL_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}

REPLACED: Final = "Requested update requires the creation of a new physical resource; hence creating one."

# Logical id, status, physical id, reason.
Report = Callable[[str, str, str, str | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A resource that is there, and what the template said of it."""

    key: str
    resource: Any
    definition: Mapping[str, Any]


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
        with self.building():
            for key in self.wanted():
                self[key]
        return True

    @contextmanager
    def building(self) -> Iterator[None]:
        """Make within the block whatever is looked at."""
        self._building = True
        try:
            yield
        finally:
            self._building = False

    @property
    def template(self) -> dict[str, Any]:
        """The template that these resources go by."""
        return self._template

    def adopt(self, template: dict[str, Any], given: dict[str, Any]) -> None:
        """Go by this template and these parameters from now on; what is there stays for now."""
        self._resource_json_map = {
            **{key: self._resource_json_map[key] for key in self.made()},
            **template["Resources"],
        }
        self._template, self.input_parameters = template, given
        self.load_mapping()
        self.load_parameters()
        self.load_conditions()

    def know(self, others: Resources) -> None:
        """Take for made what these others have made, so that properties can be compared."""
        held = others.held()
        self._parsed_resources.update({key: held[key].resource for key in held if key in self._resource_json_map})

    def wanted(self) -> list[str]:
        """The logical ids of the resources that are to be there, those that others need first."""
        return references.in_order(self._template, self.lazy_condition_map)

    def made(self) -> list[str]:
        """The logical ids of the resources that are there, in the order in which they were made."""
        return [key for key in self._parsed_resources if key in self._resource_json_map]

    def held(self) -> dict[str, Held]:
        """What is there, by logical id."""
        return {
            key: Held(key=key, resource=self._parsed_resources[key], definition=self._resource_json_map[key])
            for key in self.made()
        }

    def kind(self, key: str) -> str:
        """The type of a resource."""
        return str(self._resource_json_map[key]["Type"])

    def properties(self, key: str) -> Any:
        """What a resource's properties come to."""
        return parsing.clean_json(self._resource_json_map[key].get("Properties", {}), self)

    def replaces(self, key: str) -> bool:
        """Can a resource not be altered, so that another takes its place?"""
        return hasattr(
            parsing.resource_class_from_type(self.kind(key)).update_from_cloudformation_json, "__isabstractmethod__"
        )

    def alter(self, key: str) -> None:
        """Make a resource what its properties say, or another in its place. Raises ResourceFailedError."""
        physical_id = self[key].physical_resource_id
        if self.replaces(key):
            del self._parsed_resources[key]
            self._make(key, "UPDATE", physical_id, REPLACED)
            return
        self._report(key, "UPDATE_IN_PROGRESS", physical_id, None)
        with self._failing(key, "UPDATE"):
            altered: Any = parsing.parse_and_update_resource(
                key, self._resource_json_map[key], self, account_id=self._account_id, region_name=self._region_name
            )
        self._parsed_resources[key] = altered
        if isinstance(altered, TaggedEC2Resource):
            self._tag(key, altered)
        self._report(key, "UPDATE_COMPLETE", altered.physical_resource_id, None)

    def put_back(self, held: Held) -> None:
        """Have a resource again that another had replaced."""
        physical_id = held.resource.physical_resource_id
        self._report(held.key, "UPDATE_IN_PROGRESS", physical_id, None)
        self._parsed_resources[held.key] = held.resource
        self._report(held.key, "UPDATE_COMPLETE", physical_id, None)

    def delete(self) -> None:
        """Delete what is there, last made first. Raises ResourceFailedError naming what could not be deleted."""
        failed = [held.key for held in reversed(list(self.held().values())) if not self._deleted(held)]
        if failed:
            raise ResourceFailedError(", ".join(failed))

    def drop(self, held: Held) -> None:
        """Delete what is no longer wanted; what cannot be deleted is left alone."""
        self._deleted(held)
        if self._parsed_resources.get(held.key, held.resource) is held.resource:
            self._parsed_resources.pop(held.key, None)
            del self._resource_json_map[held.key]

    def _delete_resource(self, parsed_resource: Any, resource_json: dict[str, Any]) -> None:
        deletions.delete(parsed_resource, resource_json, self._account_id, self._region_name)

    def _make(self, key: str, doing: str = "CREATE", physical_id: str = "", why: str | None = None) -> Any:
        clock.move_on(TAKES)
        self._report(key, f"{doing}_IN_PROGRESS", physical_id, why)
        with self._failing(key, doing):
            resource: Any = super().__getitem__(key)
        if resource is None:  # a wait condition: nothing to make
            return None
        if isinstance(resource, TaggedEC2Resource):
            self._tag(key, resource)
        self._report(key, f"{doing}_IN_PROGRESS", resource.physical_resource_id, "Resource creation Initiated")
        self._tell(key, resource)
        self._report(key, f"{doing}_COMPLETE", resource.physical_resource_id, None)
        return resource

    @contextmanager
    def _failing(self, key: str, doing: str) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            self._report(key, f"{doing}_FAILED", "", reason(error))
            raise ResourceFailedError(key) from error
        except TRIPS as error:
            log.exception("a resource's properties made moto fail")
            said = f"Properties validation failed for resource {key} with message: {error}"
            self._report(key, f"{doing}_FAILED", "", said)
            raise ResourceFailedError(key) from error

    def _tag(self, key: str, resource: Any) -> None:
        """Put the stack's tags, CloudFormation's own and the template's on something of EC2's."""
        tags = {**self.tags, "aws:cloudformation:logical-id": key, **tag_map(self.properties(key).get("Tags", []))}
        ec2_backends[self._account_id][self._region_name].create_tags([resource.id], tags)

    def _tell(self, key: str, resource: Any) -> None:
        """Have the calls recorded that made it."""
        stack_calls.tell(
            stack_calls.Made(
                type=self.kind(key),
                properties=self.properties(key),
                resource=resource,
                account_id=self._account_id,
                region=self._region_name,
            )
        )

    def _deleted(self, held: Held) -> bool:
        physical_id = held.resource.physical_resource_id
        if held.definition.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate"):  # the latter in a rollback too
            self._report(held.key, "DELETE_SKIPPED", physical_id, None)
            return True
        self._report(held.key, "DELETE_IN_PROGRESS", physical_id, None)
        try:
            deletions.delete(held.resource, held.definition, self._account_id, self._region_name)
        except FAILURES as error:
            self._report(held.key, "DELETE_FAILED", physical_id, reason(error))
            return False
        self._report(held.key, "DELETE_COMPLETE", physical_id, None)
        if self._parsed_resources.get(held.key) is held.resource:
            del self._parsed_resources[held.key]
        return True


def _is_known(kind: str) -> bool:
    return kind in NULL_MODELS or parsing.resource_class_from_type(kind) is not None

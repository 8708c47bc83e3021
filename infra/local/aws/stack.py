"""A stack that tells its story and cleans up after itself.

AWS: a stack that cannot be created is rolled back (or deleted, or left as it is), and CreateStack has long answered;
one that cannot be updated is as before (or left half-way); DeleteStack keeps a stack as DELETE_FAILED when something
could not be deleted, and may be tried again; outputs exist once the stack stands; NoEcho parameters are asterisks; a
resource is shown with its own status and time.
Bare moto: a failure raises from CreateStack and leaves everything behind; a stack whose deletion failed is forgotten;
NoEcho values are shown; every resource has the stack's status, at a moment of the year 2010.
Here creation, update and deletion are over before the call is answered: a waiter finds them done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event, Stack
from moto.cloudformation.parsing import Export, ResourceMap
from moto.cloudformation.responses import StackResourceDTO

from infra.local.aws import parameters
from infra.local.aws.failure import ResourceFailedError
from infra.local.aws.resources import Resources
from infra.local.aws.stack_update import Update

# What becomes of a stack that cannot be created or updated by this call: "ROLLBACK", "DELETE" or "DO_NOTHING".
on_failure: ContextVar[str] = ContextVar("on failure", default="ROLLBACK")

STANDING: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE")


class ToldStack(Stack):
    """A stack with an event for all that happens to it."""

    status_reason: str | None = None

    @staticmethod
    def parse_template(template: str) -> dict[str, Any]:
        """As moto's; a JSON template, which is YAML too, is read fifty times as fast by the JSON parser."""
        return json.loads(template) if template.lstrip().startswith("{") else Stack.parse_template(template)

    @property
    def stack_name(self) -> str:
        """The name, as ListStacks looks for it."""
        return str(self.name)

    @property
    def stack_status(self) -> str:
        """The status, as ListStacks looks for it."""
        return str(self.status)

    @property
    def stack_status_reason(self) -> str | None:
        """Why it has that status."""
        return self.status_reason

    @property
    def template_description(self) -> str | None:
        """What the template says it is for."""
        return self.template_dict.get("Description")

    @property
    def parameter_list(self) -> list[dict[str, Any]]:
        """The parameters as DescribeStacks shows them."""
        shown = parameters.masked(self.template_dict, self.resource_map.resolved_parameters)
        return [{"ParameterKey": name, "ParameterValue": value} for name, value in shown.items()]

    @property
    def stack_resources(self) -> Iterable[Any]:
        """The resources that are there."""
        return [self.resource_map[key] for key in self.resources.made()]

    @property
    def outputs(self) -> list[dict[str, Any]] | None:
        """The outputs, once the stack stands."""
        return super().outputs if self.status in STANDING else None

    @property
    def exports(self) -> list[Export]:
        """The exports, once the stack stands."""
        return super().exports if self.status in STANDING else []

    @property
    def resources(self) -> Resources:
        """The resource map, which is always one of ours."""
        assert isinstance(self.resource_map, Resources)
        return self.resource_map

    def last_event(self, logical_id: str) -> Event | None:
        """The newest event of a resource."""
        return next((event for event in reversed(self.events) if event.logical_resource_id == logical_id), None)

    def create_resources(self) -> None:
        """Make everything, or do what `on_failure` says."""
        self.disable_rollback = on_failure.get() == "DO_NOTHING"
        self._move("CREATE_IN_PROGRESS", told=False)
        try:
            self.resource_map.create(self.template_dict)
        except ResourceFailedError as error:
            self._give_up(on_failure.get(), str(error))
        else:
            self._move("CREATE_COMPLETE")

    def update(
        self,
        template: str,
        role_arn: str | None = None,
        parameters: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
    ) -> None:
        """Go over to this template, or do what `on_failure` says. Raises ValidationError, and nothing has changed."""
        before, given = (self.template, self.parameters), parameters or self.parameters
        self._check(self.parse_template(template), given)
        self._move("UPDATE_IN_PROGRESS", "User Initiated")
        self._adopt(template, given)
        change = Update(self.resources, self.template_dict, given)
        try:
            change.forward()
        except ResourceFailedError as error:
            self._turn_back(change, before, str(error))
        else:
            self.role_arn, self.tags = role_arn, self.tags if tags is None else tags
            self._clean_up("UPDATE_COMPLETE", change)

    def delete(self) -> None:
        """Delete everything, or say in the status what could not be deleted."""
        self._take_back("DELETE", "User Initiated")

    def would_be(self, template: dict[str, Any], given: dict[str, Any]) -> Resources:
        """The resources as they would be with this template; none is made or altered. Raises ValidationError."""
        resources = self._new_resources(template, given)
        resources.load()
        resources.know(self.resources)
        return resources

    def _give_up(self, will: str, culprit: str) -> None:
        cause = f"The following resource(s) failed to create: [{culprit}]. "
        if will == "DO_NOTHING":
            self._move("CREATE_FAILED", cause)
        else:
            self._take_back(will, f"{cause}{will.capitalize()} requested by user.")

    def _check(self, template: dict[str, Any], given: dict[str, Any]) -> None:
        """Raises ValidationError for what UpdateStack refuses."""
        self._new_resources(template, given).load()
        kinds = {key: definition["Type"] for key, definition in template["Resources"].items()}
        there = {key: self.resources.kind(key) for key in self.resources.made()}
        changed = [key for key, kind in there.items() if kinds.get(key, kind) != kind]
        if changed:
            raise ValidationError(
                message="Update of resource type is not permitted. The new template modifies resource type of the "
                f"following resources: [{', '.join(changed)}]"
            )

    def _adopt(self, template: Any, given: dict[str, Any]) -> None:
        self.template, self.parameters = template, given
        self._parse_template()
        self.description = self.template_dict.get("Description")

    def _turn_back(self, change: Update, before: tuple[Any, dict[str, Any]], culprit: str) -> None:
        failed = self.last_event(culprit)
        what = "create" if failed and failed.resource_status == "CREATE_FAILED" else "update"
        cause = f"The following resource(s) failed to {what}: [{culprit}]. "
        if on_failure.get() == "DO_NOTHING":
            return self._move("UPDATE_FAILED", cause)
        self._move("UPDATE_ROLLBACK_IN_PROGRESS", cause)
        self._adopt(*before)
        try:
            change.back()
        except ResourceFailedError as error:
            self._move("UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{error}]. ")
        else:
            self._clean_up("UPDATE_ROLLBACK_COMPLETE", change)

    def _clean_up(self, status: str, change: Update) -> None:
        self._move(f"{status}_CLEANUP_IN_PROGRESS")
        change.clean_up()
        self.output_map = self._create_output_map()
        self._move(status)

    def _take_back(self, what: str, cause: str) -> None:
        self._move(f"{what}_IN_PROGRESS", cause)
        try:
            self.resource_map.delete()
        except ResourceFailedError as error:
            self._move(f"{what}_FAILED", f"The following resource(s) failed to delete: [{error}]. ")
        else:
            self._move(f"{what}_COMPLETE")

    def _move(self, status: str, why: str | None = None, *, told: bool = True) -> None:
        self.status, self.status_reason = status, why
        if told:
            self._add_stack_event(status, why)

    def _create_resource_map(self) -> ResourceMap:
        resources = self._new_resources(self.template_dict, self.parameters)
        resources.load()
        return resources

    def _new_resources(self, template: dict[str, Any], given: dict[str, Any]) -> Resources:
        return Resources(
            self._report,
            stack_id=self.stack_id,
            stack_name=self.name,
            parameters=given,
            tags=self.tags,
            account_id=self.account_id,
            region_name=self.region_name,
            template=template,
            cross_stack_resources=self.cross_stack_resources,
        )

    def _report(self, logical_id: str, status: str, physical_id: str, why: str | None) -> None:
        event = Event(
            stack_id=self.stack_id,
            stack_name=self.name,
            logical_resource_id=logical_id,
            physical_resource_id=physical_id,
            resource_type=self.resources.kind(logical_id),
            resource_status=status,
            resource_status_reason=why,
            resource_properties=None,
        )
        self.events.append(event)


class ToldResource(StackResourceDTO):
    """A resource as DescribeStackResource and DescribeStackResources show it."""

    def __init__(self, stack: ToldStack, resource: Any) -> None:
        super().__init__(stack, resource)
        event = stack.last_event(resource.logical_resource_id)
        if event:
            self.timestamp = event.timestamp  # type: ignore[assignment]  # moto has a text there
            self.last_updated_timestamp = event.timestamp
            self.resource_status = event.resource_status
            self.resource_status_reason = event.resource_status_reason

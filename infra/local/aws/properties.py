"""Properties that a resource of a template cannot do without.

AWS: a resource without one is CREATE_FAILED, and its reason names the property and where it is missing.
Bare moto: an internal error where it looks for the property, and a resource without it where it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap

from infra.local.aws.failure import ResourceFailedError

BARE: Final = parsing.parse_resource_and_generate_name
# What moto does not look for, or looks for too late.
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": ("KeySchema",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData",),
    "AWS::EC2::VPCEndpoint": ("VpcId", "ServiceName"),
    "AWS::EC2::VPCGatewayAttachment": ("VpcId",),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument",),
    "AWS::IAM::Policy": ("PolicyDocument", "PolicyName"),
    "AWS::SSM::Parameter": ("Type", "Value"),
}


class MissingPropertyError(ResourceFailedError, KeyError):
    """A KeyError too, for moto's code that expects one."""

    def __init__(self, logical_id: str, place: str, name: str) -> None:
        super().__init__(name)
        self.message = (
            f"Properties validation failed for resource {logical_id} with message:\n"
            f"{place}: required key [{name}] not found"
        )


class Properties(dict[str, Any]):
    """A resource's properties, or what is within them, which say in CloudFormation's words what is missing.

    `place` is where they are: "#", "#/Policies/0".
    """

    def __init__(self, given: Mapping[str, Any], logical_id: str, place: str = "#") -> None:
        super().__init__({name: _within(value, logical_id, f"{place}/{name}") for name, value in given.items()})
        self.logical_id = logical_id
        self.place = place

    def __missing__(self, name: str) -> NoReturn:
        raise MissingPropertyError(self.logical_id, self.place, name)


def _within(value: Any, logical_id: str, place: str) -> Any:
    if isinstance(value, dict):
        return Properties(value, logical_id, place)
    if isinstance(value, list):
        return [_within(item, logical_id, f"{place}/{number}") for number, item in enumerate(value)]
    return value


def parse(logical_id: str, definition: dict[str, Any], resources: ResourceMap) -> Any:
    """As moto's, with properties that know what they lack. Raises MissingPropertyError."""
    parsed: Any = BARE(logical_id, definition, resources)
    if not parsed:
        return parsed
    resource_class, resolved, name = parsed
    properties = Properties(resolved["Properties"], logical_id)
    for required in REQUIRED.get(definition["Type"], ()):
        properties[required]
    return resource_class, {**resolved, "Properties": properties}, name

"""AWS::Athena::WorkGroup in a template.

AWS: the properties are CreateWorkGroup's parameters; Ref gives the name; a workgroup in which queries ran is deleted
only with RecursiveDeleteOption (template reference).
Bare moto: there is no such type.
"""

from __future__ import annotations

from typing import Any

from moto.athena.models import AthenaBackend, athena_backends
from moto.core.common_models import CloudFormationModel

from infra.local.aws.failure import ResourceFailedError


class TemplateWorkGroup(CloudFormationModel):
    """A workgroup that a template made."""

    def __init__(self, name: str) -> None:
        self.physical_resource_id = name  # what Ref gives

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::Athena::WorkGroup"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateWorkGroup:
        """Create the workgroup. Raises ResourceFailedError where there is one of this name."""
        properties = cloudformation_json["Properties"]
        made = _backend(account_id, region_name).create_work_group(
            properties["Name"],
            dict(properties.get("WorkGroupConfiguration", {})),
            properties.get("Description", ""),
            properties.get("Tags", []),
        )
        if made is None:
            raise ResourceFailedError("WorkGroup is already created")
        return cls(properties["Name"])

    def delete(self, account_id: str, region: str) -> None:
        """Delete the workgroup."""
        _backend(account_id, region).delete_work_group(self.physical_resource_id)


def _backend(account_id: str, region: str) -> AthenaBackend:
    return athena_backends[account_id][region]

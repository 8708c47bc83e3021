"""AWS::CloudTrail::EventDataStore in a template: a store of the lake.

AWS: the properties are CreateEventDataStore's parameters; Ref and GetAtt EventDataStoreArn give the ARN; deleting the
stack deletes the store, unless termination protection forbids it (template reference).
Bare moto: there is no such type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.core.common_models import CloudFormationModel

from infra.local import clock
from infra.local.aws.failure import ResourceFailedError
from infra.local.aws.settings import settings
from infra.local.aws.values import flag
from infra.local.lake.lake import Lake

# Property: the lake's name for it, and how to read the property's value.
SETTINGS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "AdvancedEventSelectors": ("selectors", tuple),
    "BillingMode": ("billing_mode", str),
    "IngestionEnabled": ("ingestion", flag),
    "MultiRegionEnabled": ("multi_region", flag),
    "OrganizationEnabled": ("organization", flag),
    "RetentionPeriod": ("retention_days", int),
    "Tags": ("tags", tuple),
    "TerminationProtectionEnabled": ("termination_protection", flag),
}


class TemplateEventDataStore(CloudFormationModel):
    """An event data store that a template made. `arn` is its ARN."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::CloudTrail::EventDataStore"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateEventDataStore:
        """Create the store. Raises AwsError."""
        properties = cloudformation_json["Properties"]
        given = {name: read(properties[key]) for key, (name, read) in SETTINGS.items() if key in properties}
        store = _lake().create_store(
            account_id=account_id,
            region=region_name,
            name=properties.get("Name", resource_name),
            created=clock.now(),
            **given,
        )
        return cls(store.arn)

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.arn

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Is this an attribute that GetAtt knows?"""
        return attr == "EventDataStoreArn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What GetAtt gives."""
        return {"EventDataStoreArn": self.arn}[attribute_name]

    def delete(self, account_id: str, region: str) -> None:
        """Delete the store. Raises AwsError."""
        _lake().delete_store(account_id, region, self.arn)


def _lake() -> Lake:
    lake = settings().lake
    if lake is None:
        raise ResourceFailedError("this endpoint was installed without a lake: it has no event data stores")
    return lake

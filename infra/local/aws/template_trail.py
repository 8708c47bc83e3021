"""AWS::CloudTrail::Trail in a template.

AWS: the properties are CreateTrail's parameters and the event selectors; IsLogging starts it; Ref gives the
name, GetAtt the Arn and the SnsTopicArn; without TrailName it gets one (template reference).
Bare moto: there is no such type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.cloudtrail.exceptions import InvalidParameterCombinationException
from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.core.common_models import CloudFormationModel

from infra.local.aws.values import flag

# Properties that CreateTrail takes, by moto's names for them.
TEXTS: Final[Mapping[str, str]] = {
    "bucket_name": "S3BucketName",
    "s3_key_prefix": "S3KeyPrefix",
    "sns_topic_name": "SnsTopicName",
    "cw_log_group_arn": "CloudWatchLogsLogGroupArn",
    "cw_role_arn": "CloudWatchLogsRoleArn",
    "kms_key_id": "KMSKeyId",
}
FLAGS: Final[Mapping[str, tuple[str, bool]]] = {  # with CreateTrail's defaults
    "is_global": ("IncludeGlobalServiceEvents", True),
    "is_multi_region": ("IsMultiRegionTrail", False),
    "log_validation": ("EnableLogFileValidation", False),
    "is_org_trail": ("IsOrganizationTrail", False),
}
SELECTOR_FLAGS: Final = ("IncludeManagementEvents",)


class TemplateTrail(CloudFormationModel):
    """A trail that a template made."""

    def __init__(self, trail: Trail) -> None:
        self.trail = trail

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::CloudTrail::Trail"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateTrail:
        """Create the trail, and let it log where the template says so. Raises JsonRESTError."""
        properties = cloudformation_json["Properties"]
        backend = _backend(account_id, region_name)
        settings: dict[str, Any] = {
            **{name: properties.get(key) for name, key in TEXTS.items()},
            **{name: flag(properties.get(key, default)) for name, (key, default) in FLAGS.items()},
        }
        if settings["is_multi_region"] and not settings["is_global"]:
            raise InvalidParameterCombinationException("Multi-Region trail must include global service events.")
        name = properties.get("TrailName", resource_name)
        trail = backend.create_trail(name, **settings, tags_list=properties.get("Tags", []))
        basic = [_typed(selector) for selector in properties.get("EventSelectors", [])]
        advanced = properties.get("AdvancedEventSelectors", [])
        if basic or advanced:
            trail.put_event_selectors(basic, advanced)
        if flag(properties["IsLogging"]):
            trail.start_logging()
        return cls(trail)

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives: the trail's name."""
        return self.trail.trail_name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Is this an attribute that GetAtt knows?"""
        return attr in ("Arn", "SnsTopicArn")

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What GetAtt gives."""
        return {"Arn": self.trail.arn, "SnsTopicArn": self.trail.topic_arn or ""}[attribute_name]

    def delete(self, account_id: str, region: str) -> None:
        """Delete the trail. Its log files stay. Raises JsonRESTError."""
        _backend(account_id, region).delete_trail(self.trail.trail_name)


def _backend(account_id: str, region: str) -> CloudTrailBackend:
    return cloudtrail_backends[account_id][region]


def _typed(selector: Mapping[str, Any]) -> dict[str, Any]:
    return {key: flag(value) if key in SELECTOR_FLAGS else value for key, value in selector.items()}

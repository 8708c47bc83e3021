"""AWS::EC2::Instance in a template, with all that RunInstances honours.

AWS: the resource's properties are RunInstances's parameters (CloudFormation template reference, AWS::EC2::Instance).
Bare moto: SecurityGroupIds, NetworkInterfaces, MetadataOptions, LaunchTemplate, DisableApiTermination and Monitoring
are ignored, so that the instance wears the VPC's default group and has an interface nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance
from moto.ec2.utils import parse_user_data

from infra.local.aws.values import flag, tag_map

# Property: the setting of moto's RunInstances, and how to read the property's value.
SETTINGS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "BlockDeviceMappings": ("block_device_mappings", lambda mappings: [_device(mapping) for mapping in mappings]),
    "DisableApiTermination": ("disable_api_termination", flag),
    "EbsOptimized": ("ebs_optimized", flag),
    "InstanceInitiatedShutdownBehavior": ("instance_initiated_shutdown_behavior", str),
    "InstanceType": ("instance_type", str),
    "KeyName": ("key_name", str),
    "LaunchTemplate": ("launch_template", dict),
    "MetadataOptions": ("metadata_options", dict),
    "Monitoring": ("monitoring_state", lambda on: "enabled" if flag(on) else "disabled"),
    "NetworkInterfaces": ("nics", lambda interfaces: [_interface(interface) for interface in interfaces]),
    "PrivateIpAddress": ("private_ip", str),
    "SecurityGroupIds": ("security_group_ids", list),
    "SubnetId": ("subnet_id", str),
}


class TemplateInstance(Instance):
    """An instance that a template can make and ask for its attributes."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Instance:
        """Run one instance. Raises what RunInstances raises."""
        properties: dict[str, Any] = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        settings = {name: read(properties[key]) for key, (name, read) in SETTINGS.items() if key in properties}
        reservation = backend.run_instances(
            image_id=properties.get("ImageId", ""),
            count=1,
            user_data=parse_user_data(properties.get("UserData")),
            security_group_names=properties.get("SecurityGroups", []),
            region_name=region_name,
            is_instance_type_default="InstanceType" not in properties,
            associate_public_ip=None,
            tags={"instance": tag_map(properties.get("Tags", []))},
            **settings,
        )
        instance = reservation.instances[0]
        if "IamInstanceProfile" in properties:
            backend.associate_iam_instance_profile(
                instance_id=instance.id, iam_instance_profile_name=properties["IamInstanceProfile"]
            )
        return instance

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Is this an attribute that GetAtt knows?"""
        return attr in ("InstanceId", "VpcId") or super().has_cfn_attr(attr)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What GetAtt gives."""
        ours = {"InstanceId": self.id, "VpcId": self.vpc_id}
        return ours[attribute_name] if attribute_name in ours else super().get_cfn_attribute(attribute_name)


def _device(mapping: Mapping[str, Any]) -> dict[str, Any]:
    ebs = dict(mapping.get("Ebs", {}))
    for name in ("Encrypted", "DeleteOnTermination"):
        if name in ebs:
            ebs[name] = flag(ebs[name])
    if "VolumeSize" in ebs:
        ebs["VolumeSize"] = int(ebs["VolumeSize"])
    return {**mapping, "DeviceName": mapping["DeviceName"], "Ebs": ebs}


def _interface(interface: Mapping[str, Any]) -> dict[str, Any]:
    read = {**interface, "DeviceIndex": interface["DeviceIndex"], "Groups": interface.get("GroupSet", [])}
    for name in ("AssociatePublicIpAddress", "DeleteOnTermination"):
        if name in read:
            read[name] = flag(read[name])
    return read

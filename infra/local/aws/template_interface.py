"""AWS::EC2::NetworkInterface in a template.

AWS: its groups are GroupSet; GetAtt gives Id, PrimaryPrivateIpAddress, VpcId (template reference).
Bare moto: GroupSet is ignored, so that the interface wears the VPC's default group; tags are ignored.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from infra.local.aws.values import tag_map


class TemplateInterface(NetworkInterface):
    """An interface that a template can make and ask for its attributes."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> NetworkInterface:
        """Create the interface. Raises what CreateNetworkInterface raises."""
        properties: dict[str, Any] = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        return backend.create_network_interface(
            backend.get_subnet(properties["SubnetId"]),
            properties.get("PrivateIpAddress", ""),
            group_ids=properties.get("GroupSet", []),
            description=properties.get("Description"),
            tags=tag_map(properties.get("Tags", [])),
        )

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Is this an attribute that GetAtt knows?"""
        return attr in ("Id", "VpcId") or super().has_cfn_attr(attr)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What GetAtt gives."""
        ours = {"Id": self.id, "VpcId": self.vpc_id}
        return ours[attribute_name] if attribute_name in ours else super().get_cfn_attribute(attribute_name)

"""Networks in a template: VPC, subnet, security group, and which route table a subnet has.

AWS: EnableDnsHostnames, MapPublicIpOnLaunch, SecurityGroupIngress and SecurityGroupEgress (which replaces the rule
that lets everything out) are honoured; a group's rules are updated in place; an association shows on its route table
(template reference).
Bare moto: all of these are ignored, except ingress rules, whose descriptions are lost; an update makes another group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from moto.core.common_models import CloudFormationModel
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.security_groups import SecurityGroup
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPC

from infra.local.aws.failure import ResourceFailedError
from infra.local.aws.values import flag, tag_map

EVERYTHING: Final[Mapping[str, Any]] = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
# Property of a rule: the key of the range or the source group in the EC2 API.
RANGES: Final = {"CidrIp": "CidrIp", "CidrIpv6": "CidrIpv6"}
SOURCES: Final = {"SourceSecurityGroupId": "GroupId", "DestinationSecurityGroupId": "GroupId"}


class TemplateVpc(VPC):
    """A VPC that a template can make."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> VPC:
        """Create the VPC. Raises what CreateVpc raises."""
        vpc = super().create_from_cloudformation_json(resource_name, cloudformation_json, account_id, region_name)
        properties = cloudformation_json["Properties"]
        vpc.enable_dns_hostnames = flag(properties.get("EnableDnsHostnames", False))
        vpc.enable_dns_support = flag(properties.get("EnableDnsSupport", True))
        return vpc


class TemplateSubnet(Subnet):
    """A subnet that a template can make."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Subnet:
        """Create the subnet. Raises what CreateSubnet raises."""
        subnet = super().create_from_cloudformation_json(resource_name, cloudformation_json, account_id, region_name)
        subnet.map_public_ip_on_launch = flag(cloudformation_json["Properties"].get("MapPublicIpOnLaunch", False))
        return subnet


class TemplateGroup(SecurityGroup):
    """A security group that a template can make."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> SecurityGroup:
        """Create the group with its rules. Raises what CreateSecurityGroup and AuthorizeSecurityGroup* raise."""
        properties = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        ingress, egress = _rules(properties, "SecurityGroupIngress"), _rules(properties, "SecurityGroupEgress")
        group = backend.create_security_group(
            properties.get("GroupName", resource_name),
            properties["GroupDescription"],
            vpc_id=properties.get("VpcId"),
            tags=tag_map(properties.get("Tags", [])),
        )
        if "SecurityGroupEgress" in properties:
            backend.revoke_security_group_egress(group.id, **_rule(EVERYTHING))
        _authorize(backend, group, ingress, egress)
        return group

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> SecurityGroup:
        """Give the group the template's rules in place of its own. Raises what AuthorizeSecurityGroup* raise."""
        group: SecurityGroup = original_resource
        properties = cloudformation_json["Properties"]
        same = (properties["GroupDescription"], properties.get("VpcId", group.vpc_id), properties.get("GroupName"))
        if same not in ((group.description, group.vpc_id, group.name), (group.description, group.vpc_id, None)):
            raise ResourceFailedError("Local AWS updates the rules of a security group, and does not replace it")
        ingress, egress = _rules(properties, "SecurityGroupIngress"), _rules(properties, "SecurityGroupEgress")
        group.ingress_rules.clear()
        group.egress_rules.clear()
        open_out = [] if "SecurityGroupEgress" in properties else [_rule(EVERYTHING)]
        _authorize(ec2_backends[account_id][region_name], group, ingress, egress + open_out)
        return group


class TemplateRouteTableAssociation(CloudFormationModel):
    """Which route table a subnet has."""

    def __init__(self, association_id: str) -> None:
        self.association_id = association_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateRouteTableAssociation:
        """Associate them. Raises what AssociateRouteTable raises."""
        properties = cloudformation_json["Properties"]
        backend: EC2Backend = ec2_backends[account_id][region_name]
        return cls(backend.associate_route_table(properties["RouteTableId"], subnet_id=properties["SubnetId"]))

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.association_id

    def delete(self, account_id: str, region: str) -> None:
        """Disassociate them."""
        ec2_backends[account_id][region].disassociate_route_table(self.association_id)


def _rules(properties: Mapping[str, Any], direction: str) -> list[dict[str, Any]]:
    return [_rule(rule) for rule in properties.get(direction, [])]


def _authorize(
    backend: EC2Backend, group: SecurityGroup, ingress: Iterable[dict[str, Any]], egress: Iterable[dict[str, Any]]
) -> None:
    for rule in ingress:
        backend.authorize_security_group_ingress(group.id, **rule)
    for rule in egress:
        backend.authorize_security_group_egress(group.id, **rule)


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    return {
        "ip_protocol": str(rule["IpProtocol"]),
        "from_port": rule.get("FromPort"),
        "to_port": rule.get("ToPort"),
        "ip_ranges": list(_named(rule, RANGES, described)),
        "source_groups": list(_named(rule, SOURCES, described)),
    }


def _named(rule: Mapping[str, Any], names: Mapping[str, str], described: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    return ({names[key]: rule[key], **described} for key in names if key in rule)

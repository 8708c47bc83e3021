"""A VPC goes last."""

from __future__ import annotations

from typing import Any


def test_a_vpc_in_use_cannot_be_deleted(aws: Any, refused: Any) -> None:
    """Subnets, groups, ACLs and gateways each hold it back; empty, it goes with its default group and ACL."""
    ec2, vpc = aws.client("ec2"), aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    held_back = ("DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted.")
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc)["GroupId"]
    assert refused(ec2.delete_vpc, VpcId=vpc) == held_back
    ec2.delete_security_group(GroupId=group)
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    assert refused(ec2.delete_vpc, VpcId=vpc) == held_back
    ec2.delete_network_acl(NetworkAclId=acl)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert refused(ec2.delete_vpc, VpcId=vpc) == held_back
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    assert refused(ec2.delete_vpc, VpcId=vpc) == held_back
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    assert [g["GroupName"] for g in ec2.describe_security_groups(Filters=filters)["SecurityGroups"]] == ["default"]
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_network_acls(Filters=filters)["NetworkAcls"] == []
    assert refused(ec2.describe_vpcs, VpcIds=[vpc])[0] == "InvalidVpcID.NotFound"

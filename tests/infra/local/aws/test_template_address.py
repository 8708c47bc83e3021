"""Elastic addresses in a template."""

from __future__ import annotations

import re
from typing import Any

RESOURCES = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
    "Interface": {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
    "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
    "Association": {
        "Type": "AWS::EC2::EIPAssociation",
        "Properties": {
            "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
            "NetworkInterfaceId": {"Ref": "Interface"},
        },
    },
}


def test_an_address_is_given_to_an_interface_and_released(aws: Any) -> None:
    """The interface shows the address; after the stack there is neither."""
    ec2 = aws.client("ec2")
    made = aws.outputs(RESOURCES, {name: {"Ref": name} for name in ("Interface", "Address", "Association")})
    association = aws.interface(made["Interface"])["Association"]
    assert (association["PublicIp"], association["AssociationId"]) == (made["Address"], made["Association"])
    assert re.fullmatch(r"54\.\d+\.\d+\.\d+", made["Address"])
    assert association["PublicDnsName"] == f"ec2-{made['Address'].replace('.', '-')}.compute-1.amazonaws.com"
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []
    assert ec2.describe_addresses()["Addresses"] == []

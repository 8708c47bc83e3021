"""After a stack is deleted nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

RESOURCES = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Gateway": {"Type": "AWS::EC2::InternetGateway", "Properties": {}},
    "Attachment": {
        "Type": "AWS::EC2::VPCGatewayAttachment",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
    },
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
    "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
    "TableOfSubnet": {
        "Type": "AWS::EC2::SubnetRouteTableAssociation",
        "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "Table"}},
    },
    "Route": {
        "Type": "AWS::EC2::Route",
        "DependsOn": "Attachment",
        "Properties": {
            "RouteTableId": {"Ref": "Table"},
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": {"Ref": "Gateway"},
        },
    },
    "Endpoint": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
            "RouteTableIds": [{"Ref": "Table"}],
            "VpcEndpointType": "Gateway",
        },
    },
    "Interface": {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
    "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
}


def state(aws: Any) -> dict[str, int]:
    ec2 = aws.client("ec2")
    counts: dict[str, Callable[[], list[Any]]] = {
        "vpcs": lambda: ec2.describe_vpcs()["Vpcs"],
        "gateways": lambda: ec2.describe_internet_gateways()["InternetGateways"],
        "subnets": lambda: ec2.describe_subnets()["Subnets"],
        "tables": lambda: ec2.describe_route_tables()["RouteTables"],
        "endpoints": lambda: [e for e in ec2.describe_vpc_endpoints()["VpcEndpoints"] if e["State"] != "deleted"],
        "interfaces": lambda: ec2.describe_network_interfaces()["NetworkInterfaces"],
        "addresses": lambda: ec2.describe_addresses()["Addresses"],
        "groups": lambda: ec2.describe_security_groups()["SecurityGroups"],
    }
    return {name: len(count()) for name, count in counts.items()}


def test_a_network_goes_as_it_came(aws: Any) -> None:
    """Interfaces, endpoint, gateway, routes, tables, associations and addresses go with the rest."""
    before = state(aws)
    aws.outputs(RESOURCES, {"Vpc": {"Ref": "Vpc"}})
    assert state(aws) != before
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == [], aws.failures("stack")
    assert state(aws) == before


def test_what_is_gone_already_counts_as_deleted(aws: Any) -> None:
    """A learner who cleans up does not hold the stack back."""
    made = aws.outputs(RESOURCES, {"Interface": {"Ref": "Interface"}})
    aws.client("ec2").delete_network_interface(NetworkInterfaceId=made["Interface"])
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []

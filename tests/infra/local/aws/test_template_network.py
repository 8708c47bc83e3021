"""Networks in a template are what the template says."""

from __future__ import annotations

from typing import Any

RESOURCES: dict[str, Any] = {
    "Vpc": {
        "Type": "AWS::EC2::VPC",
        "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": "true", "EnableDnsSupport": True},
    },
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": True},
    },
    "Table": {
        "Type": "AWS::EC2::RouteTable",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "Tags": [{"Key": "Name", "Value": "public"}]},
    },
    "TableOfSubnet": {
        "Type": "AWS::EC2::SubnetRouteTableAssociation",
        "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "Table"}},
    },
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "web",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 80,
                    "ToPort": "80",
                    "CidrIp": "10.0.0.0/8",
                    "Description": "from inside",
                }
            ],
            "SecurityGroupEgress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "DestinationSecurityGroupId": {"Fn::GetAtt": ["Other", "GroupId"]},
                }
            ],
        },
    },
    "Other": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "other", "VpcId": {"Ref": "Vpc"}}},
}
OUTPUTS: dict[str, Any] = {name: {"Ref": name} for name in ("Vpc", "Subnet", "Table", "TableOfSubnet")}
OUTPUTS |= {name: {"Fn::GetAtt": [name, "GroupId"]} for name in ("Group", "Other")}


def test_a_public_subnet_with_names(aws: Any) -> None:
    """DNS names, public addresses and the subnet's route table are switched on; tags are there."""
    ec2, made = aws.client("ec2"), aws.outputs(RESOURCES, OUTPUTS)
    names = ec2.describe_vpc_attribute(VpcId=made["Vpc"], Attribute="enableDnsHostnames")["EnableDnsHostnames"]
    (subnet,) = ec2.describe_subnets(SubnetIds=[made["Subnet"]])["Subnets"]
    (table,) = ec2.describe_route_tables(RouteTableIds=[made["Table"]])["RouteTables"]
    assert (names, subnet["MapPublicIpOnLaunch"]) == ({"Value": True}, True)
    assert [(a["SubnetId"], a["RouteTableAssociationId"]) for a in table["Associations"]] == [
        (made["Subnet"], made["TableOfSubnet"])
    ]
    assert {"Key": "Name", "Value": "public"} in table["Tags"]


def test_the_rules_of_a_group(aws: Any) -> None:
    """Ingress and egress are the template's; egress that is stated replaces the rule that lets everything out."""
    ec2, made = aws.client("ec2"), aws.outputs(RESOURCES, OUTPUTS)
    groups = {g["GroupId"]: g for g in ec2.describe_security_groups()["SecurityGroups"]}
    (ingress,), (egress,) = (groups[made["Group"]][key] for key in ("IpPermissions", "IpPermissionsEgress"))
    assert (ingress["FromPort"], ingress["ToPort"]) == (80, 80)
    assert ingress["IpRanges"] == [{"CidrIp": "10.0.0.0/8", "Description": "from inside"}]
    assert (egress["FromPort"], [p["GroupId"] for p in egress["UserIdGroupPairs"]]) == (443, [made["Other"]])
    (unstated,) = groups[made["Other"]]["IpPermissionsEgress"]
    assert (unstated["IpProtocol"], unstated["IpRanges"]) == ("-1", [{"CidrIp": "0.0.0.0/0"}])

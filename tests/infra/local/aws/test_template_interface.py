"""AWS::EC2::NetworkInterface in a template: every property counts."""

from __future__ import annotations

from typing import Any

RESOURCES = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
    "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "own", "VpcId": {"Ref": "Vpc"}}},
    "Interface": {
        "Type": "AWS::EC2::NetworkInterface",
        "Properties": {
            "SubnetId": {"Ref": "Subnet"},
            "PrivateIpAddress": "10.0.0.77",
            "GroupSet": [{"Fn::GetAtt": ["Group", "GroupId"]}],
            "Description": "known beforehand",
            "Tags": [{"Key": "Name", "Value": "eth0"}],
        },
    },
}
OUTPUTS = {
    "Interface": {"Ref": "Interface"},
    "Id": {"Fn::GetAtt": ["Interface", "Id"]},
    "Address": {"Fn::GetAtt": ["Interface", "PrimaryPrivateIpAddress"]},
    "VpcId": {"Fn::GetAtt": ["Interface", "VpcId"]},
    "Vpc": {"Ref": "Vpc"},
    "Group": {"Fn::GetAtt": ["Group", "GroupId"]},
}


def test_it_is_what_the_template_says(aws: Any) -> None:
    """Its groups, address, description and tags are there, and its attributes can be asked for."""
    made = aws.outputs(RESOURCES, OUTPUTS)
    shown = aws.interface(made["Interface"])
    assert (made["Id"], made["VpcId"], made["Address"]) == (made["Interface"], made["Vpc"], "10.0.0.77")
    assert (shown["Description"], shown["Status"]) == ("known beforehand", "available")
    assert (shown["VpcId"], shown["PrivateIpAddress"]) == (made["Vpc"], "10.0.0.77")
    assert [group["GroupId"] for group in shown["Groups"]] == [made["Group"]]
    assert {t["Key"]: t["Value"] for t in shown["TagSet"] if not t["Key"].startswith("aws:")} == {"Name": "eth0"}

"""AWS::EC2::Instance in a template: every property counts."""

from __future__ import annotations

import base64
import re
from typing import Any

NETWORK = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": {"Fn::Select": [1, {"Fn::GetAZs": ""}]},
            "MapPublicIpOnLaunch": True,
        },
    },
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "own", "VpcId": {"Ref": "Vpc"}},
    },
    "Interface": {
        "Type": "AWS::EC2::NetworkInterface",
        "Properties": {
            "SubnetId": {"Ref": "Subnet"},
            "GroupSet": [{"Fn::GetAtt": ["Group", "GroupId"]}],
            "Description": "known beforehand",
            "Tags": [{"Key": "Name", "Value": "eth0"}],
        },
    },
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    },
    "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
}
OUTPUTS: dict[str, Any] = {name: {"Ref": name} for name in ("Vpc", "Subnet", "Interface", "Instance", "Profile")}
OUTPUTS |= {"Group": {"Fn::GetAtt": ["Group", "GroupId"]}, "InterfaceId": {"Fn::GetAtt": ["Interface", "Id"]}}


def instance(image: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": image, "InstanceType": "t3.micro", **properties}}


def test_an_instance_on_an_interface_of_the_template(aws: Any) -> None:
    """Interface, group, metadata options, profile, root volume, user data, tags: as the template says."""
    properties = {
        "NetworkInterfaces": [{"DeviceIndex": "0", "NetworkInterfaceId": {"Ref": "Interface"}}],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
        "IamInstanceProfile": {"Ref": "Profile"},
        "BlockDeviceMappings": [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"Encrypted": "true", "DeleteOnTermination": "true", "VolumeType": "gp3", "VolumeSize": "9"},
            }
        ],
        "UserData": {"Fn::Base64": {"Fn::Sub": "#!/bin/sh\necho ${AWS::Region}\n"}},
        "DisableApiTermination": "true",
        "Monitoring": True,
        "Tags": [{"Key": "Name", "Value": "web"}],
    }
    made = aws.outputs(NETWORK | {"Instance": instance(aws.image(), **properties)}, OUTPUTS)
    ec2, shown = aws.client("ec2"), aws.instance(made["Instance"])
    assert [i["NetworkInterfaceId"] for i in shown["NetworkInterfaces"]] == [made["Interface"]]
    assert [g["GroupId"] for g in shown["SecurityGroups"]] == [made["Group"]]
    assert (shown["VpcId"], shown["SubnetId"]) == (made["Vpc"], made["Subnet"])
    assert (shown["InstanceType"], shown["Monitoring"]["State"]) == ("t3.micro", "enabled")
    options = shown["MetadataOptions"]
    assert (options["HttpTokens"], options["HttpPutResponseHopLimit"], options["State"]) == ("required", 2, "applied")
    assert shown["IamInstanceProfile"]["Arn"] == f"arn:aws:iam::{aws.id}:instance-profile/{made['Profile']}"
    (mapping,) = shown["BlockDeviceMappings"]
    (volume,) = ec2.describe_volumes(VolumeIds=[mapping["Ebs"]["VolumeId"]])["Volumes"]
    assert (mapping["DeviceName"], mapping["Ebs"]["DeleteOnTermination"]) == ("/dev/xvda", True)
    assert (volume["Encrypted"], volume["Size"], volume["VolumeType"]) == (True, 9, "gp3")
    attribute = ec2.describe_instance_attribute(InstanceId=made["Instance"], Attribute="userData")
    assert base64.b64decode(attribute["UserData"]["Value"]) == b"#!/bin/sh\necho us-east-1\n"
    protection = ec2.describe_instance_attribute(InstanceId=made["Instance"], Attribute="disableApiTermination")
    assert protection["DisableApiTermination"] == {"Value": True}
    assert {t["Key"]: t["Value"] for t in shown["Tags"] if not t["Key"].startswith("aws:")} == {"Name": "web"}


def test_an_instance_in_a_subnet_with_groups(aws: Any) -> None:
    """SecurityGroupIds and SubnetId do, and a public subnet gives a public address."""
    properties = {"SubnetId": {"Ref": "Subnet"}, "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}]}
    made = aws.outputs(
        NETWORK | {"Instance": instance(aws.image(), **properties)},
        OUTPUTS | {"Id": {"Fn::GetAtt": ["Instance", "InstanceId"]}, "Where": {"Fn::GetAtt": ["Instance", "VpcId"]}},
    )
    shown = aws.instance(made["Instance"])
    assert (made["Id"], made["Where"]) == (made["Instance"], made["Vpc"])
    assert [g["GroupId"] for g in shown["SecurityGroups"]] == [made["Group"]]
    assert re.fullmatch(r"54\.\d+\.\d+\.\d+", shown["PublicIpAddress"])
    assert "StateReason" not in shown
    assert shown["BlockDeviceMappings"][0]["DeviceName"] == "/dev/xvda"


def test_the_modules_expressions_work(aws: Any) -> None:
    """What the workshop's code asks of boto3's instance resource is there."""
    properties = {"NetworkInterfaces": [{"DeviceIndex": "0", "NetworkInterfaceId": {"Ref": "Interface"}}]}
    made = aws.outputs(NETWORK | {"Instance": instance(aws.image(), **properties)}, OUTPUTS)
    resource = aws.session.resource(
        "ec2",
        region_name=aws.region,
        aws_access_key_id=aws.keys.access_key_id,
        aws_secret_access_key=aws.keys.secret_access_key,
    ).Instance(made["Instance"])
    assert resource.block_device_mappings[0]["Ebs"]["VolumeId"].startswith("vol-")
    assert resource.vpc_id == made["Vpc"]
    assert resource.security_groups[0]["GroupId"] == made["Group"]

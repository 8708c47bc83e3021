"""The resources of an event as LookupEvents lists them: a type and a name for what the call was about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Keys of requests and answers, and what their values name.
TYPES: Mapping[str, str] = {
    "accessKeyId": "AWS::IAM::AccessKey",
    "allocationId": "AWS::EC2::EIP",
    "bucketName": "AWS::S3::Bucket",
    "dBInstanceIdentifier": "AWS::RDS::DBInstance",
    "eventDataStore": "AWS::CloudTrail::EventDataStore",
    "eventDataStoreArn": "AWS::CloudTrail::EventDataStore",
    "functionName": "AWS::Lambda::Function",
    "groupId": "AWS::EC2::SecurityGroup",
    "imageId": "AWS::EC2::Ami",
    "instanceId": "AWS::EC2::Instance",
    "InstanceId": "AWS::EC2::Instance",
    "instanceProfileName": "AWS::IAM::InstanceProfile",
    "internetGatewayId": "AWS::EC2::InternetGateway",
    "keyId": "AWS::KMS::Key",
    "keyName": "AWS::EC2::KeyPair",
    "networkInterfaceId": "AWS::EC2::NetworkInterface",
    "policyArn": "AWS::IAM::Policy",
    "roleArn": "AWS::IAM::Role",
    "roleName": "AWS::IAM::Role",
    "routeTableId": "AWS::EC2::RouteTable",
    "secretId": "AWS::SecretsManager::Secret",
    "snapshotId": "AWS::EC2::Snapshot",
    "stackName": "AWS::CloudFormation::Stack",
    "subnetId": "AWS::EC2::Subnet",
    "trailName": "AWS::CloudTrail::Trail",
    "userName": "AWS::IAM::User",
    "volumeId": "AWS::EC2::Volume",
    "vpcId": "AWS::EC2::VPC",
}


def resources_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """[{"ResourceType", "ResourceName"}], each once, in order of appearance.

    Calls that only read have none but those that their record lists itself.
    """
    found: dict[tuple[str, str], None] = {}
    for resource in record.get("resources") or ():
        if "ARN" in resource and "type" in resource:
            name = resource["ARN"].removeprefix("arn:aws:s3:::")
            found[resource["type"], name] = None
    if not record.get("readOnly"):
        for part in ("requestParameters", "responseElements"):
            found.update(dict.fromkeys(_named(record.get(part))))
    return [{"ResourceType": kind, "ResourceName": name} for kind, name in found]


def _named(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str) and inner and key in TYPES:
                yield TYPES[key], inner
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)

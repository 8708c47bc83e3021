"""Inline code of a Lambda function: tells CloudFormation the root volume and the interface of an instance.

A custom resource with the properties `InstanceId` and `VpcId` gets the volume's id as its physical id, and the
interface's as its attribute `InterfaceId`. EC2 is asked about all instances of the VPC: CloudTrail records the
question, and it must not name the one.
"""

import time
from typing import Any

import boto3
import cfnresponse  # type: ignore[import-not-found]  # beside inline code only, given by Lambda
from botocore.exceptions import BotoCoreError, ClientError

ATTEMPTS = 20
SECONDS_BETWEEN = 3


def handler(event: dict[str, Any], context: object) -> None:
    """Answer Create and Update with the two ids; a Delete has nothing to undo."""
    volume, data = event.get("PhysicalResourceId", "none"), {}
    try:
        if event["RequestType"] != "Delete":
            asked = event["ResourceProperties"]
            volume, interface = attachments(boto3.client("ec2"), asked["VpcId"], asked["InstanceId"])
            data = {"InterfaceId": interface}
    except (BotoCoreError, ClientError, LookupError) as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, volume, reason=str(error))
    else:
        cfnresponse.send(event, context, cfnresponse.SUCCESS, data, volume)


def attachments(ec2: Any, vpc_id: str, instance_id: str) -> tuple[str, str]:
    """The ids of the volume on the root device and of the interface.

    Raises LookupError if no such volume is attached within a minute.
    """
    for _ in range(ATTEMPTS):
        found = ec2.describe_instances(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
        for instance in [one for reservation in found["Reservations"] for one in reservation["Instances"]]:
            for device in instance.get("BlockDeviceMappings", []):
                if (instance["InstanceId"], device["DeviceName"]) == (instance_id, instance["RootDeviceName"]):
                    return device["Ebs"]["VolumeId"], instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
        time.sleep(SECONDS_BETWEEN)
    raise LookupError(f"{instance_id} has no root volume yet")

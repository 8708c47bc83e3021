"""Inline code of a Lambda function: tells CloudFormation the root volume of an instance.

A custom resource with the property `InstanceId` gets the volume's id as its physical id.
"""

import time
from typing import Any

import boto3
import cfnresponse  # type: ignore[import-not-found]  # beside inline code only, given by Lambda
from botocore.exceptions import BotoCoreError, ClientError

ATTEMPTS = 20
SECONDS_BETWEEN = 3


def handler(event: dict[str, Any], context: object) -> None:
    """Answer Create and Update with the volume's id; a Delete has nothing to undo."""
    volume = event.get("PhysicalResourceId", "none")
    try:
        if event["RequestType"] != "Delete":
            volume = root_volume(boto3.client("ec2"), event["ResourceProperties"]["InstanceId"])
    except (BotoCoreError, ClientError, LookupError) as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, volume, reason=str(error))
    else:
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, volume)


def root_volume(ec2: Any, instance_id: str) -> str:
    """The id of the volume on the root device. Raises LookupError if none is attached within a minute."""
    for _ in range(ATTEMPTS):
        found = ec2.describe_instances(InstanceIds=[instance_id])
        instance = found["Reservations"][0]["Instances"][0]
        for device in instance.get("BlockDeviceMappings", []):
            if device["DeviceName"] == instance["RootDeviceName"]:
                return str(device["Ebs"]["VolumeId"])
        time.sleep(SECONDS_BETWEEN)
    raise LookupError(f"{instance_id} has no root volume yet")

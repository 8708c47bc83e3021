"""Fn::Sub and Fn::GetAZs give what CloudFormation gives."""

from __future__ import annotations

from typing import Any

BUCKET = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}}}
SCRIPT = "#!/bin/sh\necho $$ $HOME \"${!PATH}\" '!' ${AWS::Region} ${Bucket} ${Bucket.Arn} ${own}\n"


def test_sub_leaves_a_shell_script_alone(aws: Any) -> None:
    """Only placeholders are replaced: dollars, quotes and exclamation marks stay as they are."""
    outputs = aws.outputs(
        BUCKET, {"Script": {"Fn::Sub": [SCRIPT, {"own": {"Ref": "AWS::AccountId"}}]}, "Name": {"Ref": "Bucket"}}
    )
    name = outputs["Name"]
    assert outputs["Script"] == (
        f"#!/bin/sh\necho $$ $HOME \"${{PATH}}\" '!' us-east-1 {name} arn:aws:s3:::{name} {aws.id}\n"
    )


def test_sub_without_a_map(aws: Any) -> None:
    """The short form knows the template's own names."""
    outputs = aws.outputs(BUCKET, {"Where": {"Fn::Sub": "${AWS::StackName}/${AWS::Partition}/${!Literal}"}})
    assert outputs == {"Where": "stack/aws/${Literal}"}


def test_zones_are_the_regions_own(open_one: Any) -> None:
    """An empty region is the stack's, and its zones are those that the region has."""
    aws = open_one("eu-west-1")
    outputs = aws.outputs(
        BUCKET,
        {
            "Here": {"Fn::Join": [",", {"Fn::GetAZs": ""}]},
            "Named": {"Fn::Join": [",", {"Fn::GetAZs": {"Ref": "AWS::Region"}}]},
        },
    )
    zones = ",".join(z["ZoneName"] for z in aws.client("ec2").describe_availability_zones()["AvailabilityZones"])
    assert outputs == {"Here": zones, "Named": zones}
    assert "eu-west-1d" not in zones


def test_partition_and_suffix_are_the_regions(open_one: Any) -> None:
    """A template in another partition builds ARNs of that partition."""
    outputs = open_one("us-gov-west-1").outputs(BUCKET, {"Partition": {"Ref": "AWS::Partition"}})
    assert outputs == {"Partition": "aws-us-gov"}

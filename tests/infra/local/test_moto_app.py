"""moto behind the front door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.moto_app import MotoApp, Target
from infra.local.signature import Claim

CLAIM = Claim(
    access_key_id="AKIAIOSFODNN7EXAMPLE",
    region="eu-west-1",
    signing_name="ec2",
    timestamp="20260131T000000Z",
    signed_headers=("host",),
    signature="0" * 64,
    session_token="",
    lifetime=None,
)
MESSAGE = Message(method="POST", path="/", query="", headers={"host": "127.0.0.1"}, body=b"", source_ip="127.0.0.1")


@pytest.mark.parametrize(
    ("signing_name", "changes", "target"),
    [
        ("ec2", {}, Target("ec2", "ec2")),
        ("lambda", {}, Target("awslambda", "lambda")),
        ("monitoring", {}, Target("cloudwatch", "cloudwatch")),
        ("states", {}, Target("stepfunctions", "stepfunctions")),
        ("s3", {"path": "/drop/k"}, Target("s3", "s3")),
        ("elasticloadbalancing", {"body": b"Version=2012-06-01"}, Target("elb", "elb")),
        ("elasticloadbalancing", {"body": b"Version=2015-12-01"}, Target("elb", "elbv2")),
        (
            "dynamodb",
            {"headers": {"host": "h", "x-amz-target": "DynamoDB_20120810.ListTables"}},
            Target("dynamodb", "dynamodb"),
        ),
    ],
)
def test_the_signature_says_which_service_is_meant(signing_name: str, changes: dict[str, Any], target: Target) -> None:
    """moto's package and botocore's service, which share neither name nor signing name."""
    assert MotoApp().target_of(replace(CLAIM, signing_name=signing_name), replace(MESSAGE, **changes)) == target


@pytest.mark.parametrize("signing_name", ["detective", "moto_api", "nothing", "dynamodb"])
def test_other_services_are_not_offered(signing_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What moto lacks, moto's own doors, made-up names, and DynamoDB without a target; nothing is printed."""
    with pytest.raises(FaultError, match="Local AWS does not offer the service"):
        MotoApp().target_of(replace(CLAIM, signing_name=signing_name), MESSAGE)
    assert capsys.readouterr().out == ""


def test_the_region_is_that_of_the_signature(local_aws: Any) -> None:
    """moto prefers the region of a user agent to the one that was signed for; here it cannot."""
    ec2 = local_aws.client("ec2", region="eu-west-1", user_agent_extra="region/us-west-2")
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert {zone["RegionName"] for zone in zones} == {"eu-west-1"}


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("head_object", {"Bucket": "drop", "Key": "nothing"}),
        ("head_object", {"Bucket": "nowhere", "Key": "nothing"}),
        ("head_bucket", {"Bucket": "nowhere"}),
    ],
)
def test_head_of_what_is_not_there_is_404(local_aws: Any, operation: str, parameters: dict[str, str]) -> None:
    """moto's answer to HEAD looks like that of a page that is not there; it is no operation that is missing."""
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="drop")
    with pytest.raises(ClientError) as caught:
        getattr(s3, operation)(**parameters)
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("404", 404)

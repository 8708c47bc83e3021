"""The recorder behind the served endpoint: what boto3 does comes out as records."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.recorder import Recorder, moto_host

BUCKET = "drop-bucket"


class Cloud:
    """A served endpoint with a recorder, and the records of its calls."""

    def __init__(self, serve: Callable[..., Any]) -> None:
        self.records: list[dict[str, Any]] = []
        self.recorder = Recorder(self._deliver, moto_host)
        self.aws = serve(recorder=self.recorder)

    def _deliver(self, records: Sequence[dict[str, Any]]) -> None:
        self.records.extend(records)

    def call(self, service: str, method: str, /, **parameters: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Make a call; its response (or error) and its record."""
        client = self.aws.client(service)
        try:
            response = getattr(client, method)(**parameters)
        except ClientError as error:
            response = error.response
        self.recorder.flush()
        return response, self.records[-1]


@pytest.fixture
def cloud(serve_local_aws: Callable[..., Any]) -> Iterator[Cloud]:
    cloud = Cloud(serve_local_aws)
    yield cloud
    cloud.recorder.close()


def request_id(response: dict[str, Any]) -> str:
    return str(response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"])


def test_an_upload_and_a_refusal(cloud: Cloud) -> None:
    """The record of a call bears the request id that the client got, its bytes and its error."""
    cloud.call("s3", "create_bucket", Bucket=BUCKET)
    response, record = cloud.call("s3", "put_object", Bucket=BUCKET, Key="Q3 Ω/a b.csv", Body=b"hello")
    assert (record["eventName"], record["requestID"]) == ("PutObject", request_id(response))
    assert record["requestParameters"] == {
        "bucketName": BUCKET,
        "Host": f"{BUCKET}.s3.us-east-1.amazonaws.com",
        "key": "Q3 Ω/a b.csv",
    }
    assert record["additionalEventData"]["bytesTransferredIn"] == 5
    assert record["additionalEventData"]["x-amz-id-2"] == response["ResponseMetadata"]["HTTPHeaders"]["x-amz-id-2"]
    response, record = cloud.call("s3", "get_bucket_policy", Bucket=BUCKET)
    assert (record["errorCode"], record["requestID"]) == ("NoSuchBucketPolicy", request_id(response))


def test_containment(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    """The responder's calls are recorded with the ids that a grader looks for, and none is unreadable."""
    vpc = cloud.call("ec2", "create_vpc", CidrBlock="10.0.0.0/16")[0]["Vpc"]["VpcId"]
    subnet = cloud.call("ec2", "create_subnet", VpcId=vpc, CidrBlock="10.0.0.0/24")[0]["Subnet"]["SubnetId"]
    launch: dict[str, Any] = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "SubnetId": subnet}
    response, record = cloud.call("ec2", "run_instances", **launch, UserData="#!/bin/sh\necho hush")
    instance = response["Instances"][0]["InstanceId"]
    assert record["requestParameters"]["userData"] == "<sensitiveDataRemoved>"
    launched = record["responseElements"]["instancesSet"]["items"][0]
    assert (launched["instanceId"], launched["blockDeviceMapping"]) == (instance, {})
    seen = cloud.call("ec2", "describe_instances", InstanceIds=[instance])[0]["Reservations"][0]["Instances"][0]
    volume = seen["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]

    response, record = cloud.call("ec2", "create_snapshot", VolumeId=volume, Description="evidence")
    assert record["requestParameters"] == {"volumeId": volume, "description": "evidence"}
    assert record["responseElements"]["snapshotId"] == response["SnapshotId"]
    response, record = cloud.call("ec2", "create_snapshots", InstanceSpecification={"InstanceId": instance})
    shown = record["responseElements"]["CreateSnapshotsResponse"]
    assert shown["snapshotSet"]["item"]["snapshotId"] == response["Snapshots"][0]["SnapshotId"]
    assert shown["requestId"] == request_id(response)

    group = {"GroupName": "isolation", "Description": "nothing in, nothing out", "VpcId": vpc}
    response, record = cloud.call("ec2", "create_security_group", **group)
    isolation = response["GroupId"]
    assert (record["responseElements"]["_return"], record["responseElements"]["groupId"]) == (True, isolation)
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    _, record = cloud.call("ec2", "revoke_security_group_egress", GroupId=isolation, IpPermissions=everything)
    assert record["responseElements"] == {"requestId": record["requestID"], "_return": True}
    _, record = cloud.call("ec2", "modify_instance_attribute", InstanceId=instance, Groups=[isolation])
    assert record["requestParameters"] == {"instanceId": instance, "groupSet": {"items": [{"groupId": isolation}]}}

    response, record = cloud.call("ec2", "terminate_instances", InstanceIds=[instance], DryRun=True)
    assert record["errorCode"] == "Client.DryRunOperation"
    _, record = cloud.call("ec2", "terminate_instances", InstanceIds=[instance])
    terminated = record["responseElements"]["instancesSet"]["items"][0]
    assert terminated["instanceId"] == instance
    assert {"currentState", "previousState"} < terminated.keys()
    assert "hush" not in str(cloud.records)
    assert [entry.getMessage() for entry in caplog.records if entry.levelno >= logging.ERROR] == []


READS = [
    ("cloudtrail", "describe_trails"),
    ("cloudwatch", "describe_alarms"),
    ("dynamodb", "list_tables"),
    ("ec2", "describe_regions"),
    ("guardduty", "list_detectors"),
    ("iam", "get_account_summary"),
    ("iam", "list_users"),
    ("kms", "list_aliases"),
    ("lambda", "list_functions"),
    ("logs", "describe_log_groups"),
    ("rds", "describe_db_instances"),
    ("route53", "list_hosted_zones"),
    ("s3", "list_buckets"),
    ("secretsmanager", "list_secrets"),
    ("sns", "list_topics"),
    ("sqs", "list_queues"),
    ("ssm", "describe_parameters"),
    ("sts", "get_caller_identity"),
]


def test_reads_of_many_services(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    """Every protocol's reads are recorded, with the client's request id, and show no response."""
    for service, method in READS:
        response, record = cloud.call(service, method)
        assert (record["requestID"], record["readOnly"]) == (request_id(response), True)
        assert (record["responseElements"], record.get("errorCode")) == (None, None)
    assert len(cloud.records) == len(READS)
    assert [entry.getMessage() for entry in caplog.records if entry.levelno >= logging.ERROR] == []

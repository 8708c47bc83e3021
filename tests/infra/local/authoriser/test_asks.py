"""Which permissions calls need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.authoriser.asks import asks_of
from infra.local.authoriser.queries import StartedQueries
from infra.local.call import Call, Caller

CALLER = Caller(
    account_id="111111111111",
    access_key_id="AKIA",
    kind="IAMUser",
    principal_id="AIDA",
    arn="arn:aws:iam::111111111111:user/ann",
    name="ann",
)
EC2 = "arn:aws:ec2:eu-west-1:111111111111"
STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack"
STORE = "12345678-1234-1234-1234-123456789012"


def call(service: str, operation: str, **parameters: Any) -> Call:
    """A call of Ann's in eu-west-1."""
    return Call(
        service=service,
        operation=operation,
        parameters=parameters,
        region="eu-west-1",
        caller=CALLER,
        time=datetime(2026, 1, 31, tzinfo=UTC),
        request_id="",
        source_ip="127.0.0.1",
        user_agent="",
        host="",
        bytes_in=0,
    )


def needs(service: str, operation: str, **parameters: Any) -> list[str]:
    """The asks of a call as words."""
    return [f"{ask.action} {ask.resource}" for ask in asks_of(call(service, operation, **parameters), StartedQueries())]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        (
            "cloudformation",
            "DescribeStacks",
            {"StackName": f"{STACK}/lab/an-id"},
            [f"cloudformation:DescribeStacks {STACK}/lab/an-id"],
        ),
        ("cloudformation", "DeleteStack", {"StackName": "lab"}, [f"cloudformation:DeleteStack {STACK}/lab/*"]),
        ("s3", "ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("s3", "HeadBucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, ["s3:GetObject arn:aws:s3:::b/k"]),
        ("s3", "CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
        ("s3", "GetBucketPolicy", {"Bucket": "b"}, ["s3:GetBucketPolicy arn:aws:s3:::b"]),
        ("s3", "GetObjectTagging", {"Bucket": "b", "Key": "a/k"}, ["s3:GetObjectTagging arn:aws:s3:::b/a/k"]),
        ("s3", "GetObject", {"Bucket": "b", "Key": "k", "VersionId": "v"}, ["s3:GetObjectVersion arn:aws:s3:::b/k"]),
        (
            "s3",
            "PutObject",
            {"Bucket": "b", "Key": "k", "ACL": "public-read"},
            ["s3:PutObject arn:aws:s3:::b/k", "s3:PutObjectAcl arn:aws:s3:::b/k"],
        ),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "/other/a?versionId=1"},
            ["s3:PutObject arn:aws:s3:::b/k", "s3:GetObject arn:aws:s3:::other/a"],
        ),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}},
            ["s3:DeleteObject arn:aws:s3:::b/a", "s3:DeleteObject arn:aws:s3:::b/b"],
        ),
        ("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}, ["ec2:DescribeInstances *"]),
        (
            "ec2",
            "TerminateInstances",
            {"InstanceIds": ["i-1", "i-2"]},
            [f"ec2:TerminateInstances {EC2}:instance/i-1", f"ec2:TerminateInstances {EC2}:instance/i-2"],
        ),
        (
            "ec2",
            "CreateSnapshot",
            {"VolumeId": "vol-1", "TagSpecifications": [{"Tags": []}]},
            [
                f"ec2:CreateSnapshot {EC2}:volume/vol-1",
                "ec2:CreateSnapshot arn:aws:ec2:eu-west-1::snapshot/*",
                "ec2:CreateTags arn:aws:ec2:eu-west-1::snapshot/*",
            ],
        ),
        (
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "Groups": ["sg-1"]},
            [
                f"ec2:ModifyInstanceAttribute {EC2}:instance/i-1",
                f"ec2:ModifyInstanceAttribute {EC2}:security-group/sg-1",
            ],
        ),
        (
            "ec2",
            "CreateTags",
            {"Resources": ["i-1", "snap-1"]},
            [f"ec2:CreateTags {EC2}:instance/i-1", "ec2:CreateTags arn:aws:ec2:eu-west-1::snapshot/snap-1"],
        ),
        ("iam", "GetRole", {"RoleName": "r"}, ["iam:GetRole arn:aws:iam::111111111111:role/r"]),
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::2:role/r"}, ["sts:AssumeRole arn:aws:iam::2:role/r"]),
        ("sts", "GetCallerIdentity", {}, []),
        (
            "cloudtrail",
            "StartQuery",
            {"QueryStatement": f"SELECT 1 FROM {STORE}"},
            [f"cloudtrail:StartQuery arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/{STORE}"],
        ),
        (
            "cloudtrail",
            "PutEventSelectors",
            {"TrailName": "arn:aws:cloudtrail:eu-west-1:111111111111:trail/main"},
            ["cloudtrail:PutEventSelectors arn:aws:cloudtrail:eu-west-1:111111111111:trail/main"],
        ),
        (
            "cloudtrail",
            "ListQueries",
            {"EventDataStore": f"arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/{STORE}"},
            [f"cloudtrail:ListQueries arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/{STORE}"],
        ),
        ("elbv2", "DescribeLoadBalancers", {}, ["elasticloadbalancing:DescribeLoadBalancers *"]),
        ("sqs", "DeleteQueue", {"QueueUrl": "q"}, ["sqs:DeleteQueue "]),
    ],
)
def test_the_permissions_of_a_call(
    service: str, operation: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    """Action and resource as AWS documents them; no resource where we do not know it."""
    assert needs(service, operation, **parameters) == expected


def test_what_follows_a_query_needs_the_stores_that_it_reads() -> None:
    """Results are of the stores in the statement; strings and comments name none."""
    queries = StartedQueries()
    other = "00000000-0000-0000-0000-000000000000"
    started = call(
        "cloudtrail",
        "StartQuery",
        QueryStatement=f"SELECT * FROM {STORE.upper()} WHERE requestid = '{other}' -- {other}\n/* {other} */",
    )
    queries.notice(started, {"QueryId": "q"})
    asked = asks_of(call("cloudtrail", "GetQueryResults", QueryId="q"), queries)
    assert [ask.resource.rpartition("/")[2] for ask in asked] == [STORE]
    assert [ask.resource for ask in asks_of(call("cloudtrail", "CancelQuery", QueryId="r"), queries)] == ["some"]
    assert needs("cloudtrail", "StartQuery", QueryStatement="SELEC") == ["cloudtrail:StartQuery some"]

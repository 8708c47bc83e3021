"""The front door, through boto3 and over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

READS = [
    ("sts", "get_caller_identity", "GetCallerIdentity"),
    ("iam", "list_users", "ListUsers"),
    ("ec2", "describe_vpcs", "DescribeVpcs"),
    ("cloudtrail", "describe_trails", "DescribeTrails"),
    ("lambda", "list_functions", "ListFunctions"),
    ("s3", "list_buckets", "ListBuckets"),
    ("route53", "list_hosted_zones", "ListHostedZones"),
]


@pytest.mark.parametrize(("service", "method", "operation"), READS)
def test_the_client_gets_the_request_id_that_the_recorder_hears(
    local_aws: Any, service: str, method: str, operation: str
) -> None:
    """boto3's RequestId is the recorded call's, in every protocol."""
    answer = getattr(local_aws.client(service), method)()
    [(call, _)] = local_aws.taken.calls
    assert (call.service, call.operation) == (service, operation)
    assert answer["ResponseMetadata"]["RequestId"] == call.request_id
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == call.request_id

"""Where calls come from, and where they were meant to go."""

from __future__ import annotations

import ipaddress

import pytest

from infra.local.recorder.origin import Host, Origin, aws_host, aws_region, origin_of
from tests.infra.local.recorder.calls import HOST, call, caller, facts


def test_an_instance_reaches_s3_through_the_gateway() -> None:
    """The gateway endpoint keeps the private address and is named."""
    assert origin_of(call("s3", "ListBuckets"), facts, through_gateway=True) == Origin("10.0.0.5", HOST.gateway_id)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_an_instance_reaches_everything_else_by_its_public_address(region: str) -> None:
    """So does S3 in another region, which the gateway does not serve."""
    through_gateway = region != "us-east-1"
    found = origin_of(call("ec2", "DescribeVpcs", region=region), facts, through_gateway=through_gateway)
    assert found == Origin("198.51.100.7", None)


def test_an_instance_without_a_gateway() -> None:
    """A VPC without the endpoint sends S3 calls out like all others."""
    bare = Host("us-east-1", "10.0.0.5", "198.51.100.7", None)
    found = origin_of(call("s3", "ListBuckets"), lambda _account, _instance: bare, through_gateway=True)
    assert found == Origin("198.51.100.7", None)


@pytest.mark.parametrize("loopback", ["127.0.0.1", "127.0.0.2", "::1", ""])
def test_a_learner_has_an_address_of_their_own(loopback: str) -> None:
    """Callers on this machine appear under a documentation address, always the same for the same identity."""
    learner = call("ec2", "DescribeVpcs", caller=caller("team-1", "LearnerRole"), source_ip=loopback)
    grader = call("ec2", "DescribeVpcs", caller=caller("grader", "GraderRole"), source_ip=loopback)
    found = origin_of(learner, facts, through_gateway=False)
    assert found == origin_of(learner, facts, through_gateway=False)
    assert found != origin_of(grader, facts, through_gateway=False)
    assert ipaddress.ip_address(found.source_ip) in ipaddress.ip_network("203.0.113.0/24")


def test_a_caller_from_elsewhere_keeps_their_address() -> None:
    """Only this machine's own addresses are replaced."""
    far = call("ec2", "DescribeVpcs", caller=caller("team-1", "LearnerRole"), source_ip="192.0.2.44")
    assert origin_of(far, facts, through_gateway=False) == Origin("192.0.2.44", None)


@pytest.mark.parametrize(
    ("prefix", "region", "host", "shown"),
    [
        ("ec2", "eu-west-1", "ec2.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3", "us-east-1", "s3.us-east-1.amazonaws.com", "us-east-1"),
        ("iam", "eu-west-1", "iam.amazonaws.com", "us-east-1"),
        ("sts", "eu-west-1", "sts.eu-west-1.amazonaws.com", "eu-west-1"),
        ("route53", "eu-west-1", "route53.amazonaws.com", "us-east-1"),
        ("organizations", "eu-west-1", "organizations.us-east-1.amazonaws.com", "us-east-1"),
        ("monitoring", "eu-west-1", "monitoring.eu-west-1.amazonaws.com", "eu-west-1"),
    ],
)
def test_hosts_and_regions(prefix: str, region: str, host: str, shown: str) -> None:
    """Regional services appear in the call's region, global ones in us-east-1."""
    assert (aws_host(prefix, region), aws_region(prefix, region)) == (host, shown)

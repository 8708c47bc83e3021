"""Keys of tags that only AWS gives."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("key", ["aws:cloudformation:stack-name", "AWS:own"])
@pytest.mark.parametrize("operation", ["create_tags", "delete_tags"])
def test_reserved_keys_are_refused(aws: Any, refused: Any, operation: str, key: str) -> None:
    """Neither given nor taken away, nor anything that is asked for beside them."""
    ec2, network = aws.client("ec2"), aws.network()
    tags = [{"Key": "case", "Value": "42"}, {"Key": key, "Value": "x"}]
    assert refused(getattr(ec2, operation), Resources=[network.vpc], Tags=tags) == (
        "InvalidParameterValue",
        f"Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use",
    )
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [network.vpc]}])["Tags"] == []


def test_other_keys_are_the_users(aws: Any) -> None:
    """They are given and taken away, also those that only resemble the reserved ones."""
    ec2, network, tag = aws.client("ec2"), aws.network(), {"Key": "aws", "Value": "42"}
    ec2.create_tags(Resources=[network.vpc], Tags=[tag])
    asked = [{"Name": "resource-id", "Values": [network.vpc]}]
    shown = ec2.describe_tags(Filters=asked)["Tags"]
    assert shown == [{**tag, "ResourceId": network.vpc, "ResourceType": "vpc"}]
    ec2.delete_tags(Resources=[network.vpc], Tags=[tag])
    assert ec2.describe_tags(Filters=asked)["Tags"] == []

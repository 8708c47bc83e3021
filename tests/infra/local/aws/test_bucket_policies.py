"""Policies of buckets that are none."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("policy", ["nope", "{}", "[]", '{"Statement": 5}', '{"Statement": [{"Action": "s3:*"}]}'])
def test_what_is_no_policy_is_refused(aws: Any, refused: Any, policy: str) -> None:
    """PutBucketPolicy refuses it, and the bucket can be used as before."""
    s3, bucket = aws.client("s3"), f"policed-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    said = ("MalformedPolicy", "This policy contains invalid Json")
    assert refused(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == said
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

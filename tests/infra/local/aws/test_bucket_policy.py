"""Bucket policies are evaluated in front of S3, not in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from infra.local.aws import bucket_policy


def test_s3_has_no_opinion(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that denies what does not come by TLS, conditions ignored, would deny everything."""
    monkeypatch.setattr(FakeBucket, "get_permission", bucket_policy.BARE)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    bucket: Any = FakeBucket(  # type: ignore[abstract]
        name="tls-only", account_id=aws.id, region_name=aws.region
    )
    bucket.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    assert bucket.get_permission("s3:PutObject", "arn:aws:s3:::tls-only/key") == PermissionResult.DENIED
    bucket_policy.mend()
    assert bucket.get_permission("s3:PutObject", "arn:aws:s3:::tls-only/key") == PermissionResult.NEUTRAL

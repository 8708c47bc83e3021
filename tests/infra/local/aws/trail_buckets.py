"""Buckets for trails."""

from __future__ import annotations

import json
from typing import Any


def bucket_policy(bucket: str, account_id: str, *, prefix: str = "", **changes: Any) -> str:
    """The policy that AWS's documentation gives for a trail's bucket, its PutObject statement with changes."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    put: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": service,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{prefix}AWSLogs/{account_id}/*",
        "Condition": {
            "StringEquals": {
                "s3:x-amz-acl": "bucket-owner-full-control",
                "aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{account_id}:trail/main",
            }
        },
    }
    look = {
        "Effect": "Allow",
        "Principal": service,
        "Action": "s3:GetBucketAcl",
        "Resource": f"arn:aws:s3:::{bucket}",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [look, put | changes]})


def make_bucket(aws: Any, name: str = "", **changes: Any) -> str:
    """A bucket that a trail called main may deliver to, but for the changes."""
    bucket = name or f"logs-{aws.id}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, aws.id, **changes))
    return bucket

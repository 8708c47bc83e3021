"""Buckets that let CloudTrail in, and those that do not."""

from __future__ import annotations

from typing import Any

from tests.infra.local.aws.trail_buckets import bucket_policy


def test_a_bucket_has_to_let_cloudtrail_in(aws: Any, refused: Any) -> None:
    """Without a policy, with one for another trail, without the ACL, with a Deny, or with no bucket: no trail."""
    create, s3 = aws.client("cloudtrail").create_trail, aws.client("s3")
    assert refused(create, Name="main", S3BucketName="nowhere") == (
        "S3BucketDoesNotExistException",
        "S3 bucket nowhere does not exist!",
    )
    bucket = f"logs-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    insufficient = (
        "InsufficientS3BucketPolicyException",
        f"Incorrect S3 bucket policy is detected for bucket: {bucket}",
    )
    assert refused(create, Name="main", S3BucketName=bucket) == insufficient
    wrong: list[dict[str, Any]] = [
        {"Effect": "Deny"},
        {"Principal": {"Service": "config.amazonaws.com"}},
        {"Resource": f"arn:aws:s3:::{bucket}/other/*"},
        {"Condition": {"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{aws.id}:trail/other"}}},
    ]
    for changes in wrong:
        s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, aws.id, **changes))
        assert refused(create, Name="main", S3BucketName=bucket) == insufficient
    unknown: dict[str, Any] = {"Condition": {"StringEquals": {"s3:signatureAge": "1"}}}
    s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, aws.id, **unknown))
    assert (
        "local AWS does not know condition key s3:signatureAge" in refused(create, Name="main", S3BucketName=bucket)[1]
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, aws.id))
    assert refused(create, Name="main", S3BucketName=bucket, S3KeyPrefix="pre") == insufficient
    assert create(Name="main", S3BucketName=bucket)["S3BucketName"] == bucket

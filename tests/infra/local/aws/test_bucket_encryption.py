"""Default encryption of buckets."""

from __future__ import annotations

from typing import Any

RULE = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}


def test_an_upload_is_encrypted_by_default(aws: Any) -> None:
    """PutObject and HeadObject say AES256, GetBucketEncryption shows S3's own rule."""
    s3, bucket = aws.client("s3"), f"drop-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
    shown = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    assert shown == {"Rules": [RULE]}


def test_a_bucket_of_its_own_rule_returns_to_the_default(aws: Any) -> None:
    """A rule for KMS holds until it is deleted; then S3's keys are used again."""
    s3, bucket = aws.client("s3"), f"kms-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ServerSideEncryption"] == "aws:kms"
    s3.delete_bucket_encryption(Bucket=bucket)
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"

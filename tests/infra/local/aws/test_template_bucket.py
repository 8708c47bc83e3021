"""Buckets and their policies in a template, and what a policy means to S3 alone."""

from __future__ import annotations

import json
from typing import Any

STATEMENT = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "s3:*",
    "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
RESOURCES = {
    "Policy": {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [STATEMENT]},
        },
    },
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": "true",
                "RestrictPublicBuckets": False,
            },
        },
    },
}
OUTPUTS = {"Bucket": {"Ref": "Bucket"}}


def test_a_bucket_is_as_private_as_the_template_says(aws: Any) -> None:
    """Public access block, ownership and encryption are set."""
    s3, bucket = aws.client("s3"), aws.outputs(RESOURCES, OUTPUTS)["Bucket"]
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_a_policy_is_set_and_taken_away(aws: Any, refused: Any) -> None:
    """The policy has the template's words with the bucket's name in them; without it there is no policy."""
    s3, client, bucket = aws.client("s3"), aws.client("cloudformation"), aws.outputs(RESOURCES, OUTPUTS)["Bucket"]
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == {
        "Version": "2012-10-17",
        "Statement": [{**STATEMENT, "Resource": f"arn:aws:s3:::{bucket}/*"}],
    }
    client.delete_stack(StackName="stack")
    assert refused(s3.get_bucket_policy, Bucket=bucket)[0] == "NoSuchBucket"


def test_a_bucket_with_objects_is_not_deleted(aws: Any) -> None:
    """DELETE_FAILED with S3's reason; the policy is gone, the bucket and its object are not."""
    s3, client, bucket = aws.client("s3"), aws.client("cloudformation"), aws.outputs(RESOURCES, OUTPUTS)["Bucket"]
    s3.put_object(Bucket=bucket, Key="evidence", Body=b"x")
    client.delete_stack(StackName="stack")
    assert client.describe_stacks(StackName="stack")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    assert aws.failures("stack")["Bucket"] == (
        "The bucket you tried to delete is not empty (Service: S3, Status Code: 409)"
    )
    s3.delete_object(Bucket=bucket, Key="evidence")
    client.delete_stack(StackName="stack")
    assert client.describe_stacks()["Stacks"] == []

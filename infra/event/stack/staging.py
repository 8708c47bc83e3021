"""The bucket that holds what the event's stack is made of besides its template: package and account template.

Objects are named by what they hold, so that another package is another key, and CloudFormation sees a change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infra.account.template import template
from infra.deploy.account import Account
from infra.deploy.progress import Say
from infra.event.stack import STACK_NAME, package

if TYPE_CHECKING:
    import boto3


def bucket_name(account_id: str, region: str) -> str:
    """The bucket of this account and region: bucket names are the whole world's."""
    return f"{STACK_NAME}-staging-{account_id}-{region}"


def stage(account: Account, say: Say) -> Mapping[str, str]:
    """Build the package, upload it and the account template, and give the parameters that say where they are.

    Raises PackageError, botocore's errors.
    """
    return upload(account, package.build(say))


def upload(account: Account, built: bytes) -> Mapping[str, str]:
    """Upload a package that was built, and the account template; gives the parameters. Raises botocore's errors."""
    s3, region = account.client("s3"), account.region
    bucket = bucket_name(account.account_id, region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    existing = {one["Name"] for page in s3.get_paginator("list_buckets").paginate() for one in page["Buckets"]}
    if bucket not in existing:
        s3.create_bucket(Bucket=bucket, **place)
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_tls_only(bucket, account.session)))
    keys = {}
    for parameter, name, body in (
        ("PackageKey", "functions-{}.zip", built),
        ("LabTemplateKey", "lab-{}.json", template().encode()),
    ):
        keys[parameter] = name.format(hashlib.sha256(body).hexdigest()[:16])
        s3.put_object(Bucket=bucket, Key=keys[parameter], Body=body)
    return {"StagingBucket": bucket, **keys}


def clear(session: boto3.Session, account_id: str) -> None:
    """Remove the bucket with all that is in it; once more is no error. Raises botocore's ClientError."""
    s3, bucket = session.client("s3"), bucket_name(account_id, session.region_name)
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for held in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=held["Key"])
        s3.delete_bucket(Bucket=bucket)
    except s3.exceptions.NoSuchBucket:
        return


def _tls_only(bucket: str, session: boto3.Session) -> Mapping[str, Any]:
    """The policy that refuses whatever comes in clear."""
    arn = f"arn:{session.get_partition_for_region(session.region_name)}:s3:::{bucket}"
    refused = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [refused]}

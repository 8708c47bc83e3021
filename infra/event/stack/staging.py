"""The bucket that holds what the event's stack is made of besides its template: package and account template.

Objects are named by what they hold, so that another package is another key, and CloudFormation sees a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from infra.account.template import template
from infra.event.stack import STACK_NAME

if TYPE_CHECKING:
    import boto3


def bucket_name(account_id: str, region: str) -> str:
    """The bucket of this account and region: bucket names are the whole world's."""
    return f"{STACK_NAME}-staging-{account_id}-{region}"


def stage(session: boto3.Session, account_id: str, package: bytes) -> Mapping[str, str]:
    """Upload what is not there yet, and give the parameters that say where it is. Raises botocore's ClientError.

    `package` is the zip file of `infra.event.stack.package`. `account_id` is the session's own.
    """
    s3, region = session.client("s3"), session.region_name
    bucket = bucket_name(account_id, region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    existing = {one["Name"] for page in s3.get_paginator("list_buckets").paginate() for one in page["Buckets"]}
    if bucket not in existing:
        s3.create_bucket(Bucket=bucket, **place)  # type: ignore[arg-type]  # the region is any
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    keys = {}
    for parameter, name, body in (
        ("PackageKey", "functions-{}.zip", package),
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

"""AWS::S3::Bucket and AWS::S3::BucketPolicy in a template.

AWS: a bucket has the public access block and ownership that the template gives it, a policy resource sets the
bucket's policy and takes it away again (template reference).
Bare moto: both properties are ignored, and there is no AWS::S3::BucketPolicy. What it says
is left to the authoriser.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.utilities.utils import get_partition

from infra.local.aws.values import flag


class TemplateBucket(FakeBucket):
    """A bucket that a template can make."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> FakeBucket:
        """Create the bucket. Raises what CreateBucket raises."""
        bucket = super().create_from_cloudformation_json(resource_name, cloudformation_json, account_id, region_name)
        properties = cloudformation_json["Properties"]
        backend = _backend(account_id, region_name)
        if "PublicAccessBlockConfiguration" in properties:
            block = {name: flag(value) for name, value in properties["PublicAccessBlockConfiguration"].items()}
            backend.put_public_access_block(bucket.name, block)
        if "OwnershipControls" in properties:
            rule = properties["OwnershipControls"]["Rules"][0]
            backend.put_bucket_ownership_controls(bucket.name, rule["ObjectOwnership"])
        return bucket


class TemplateBucketPolicy(CloudFormationModel):
    """The policy that a template gives to a bucket."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::S3::BucketPolicy"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateBucketPolicy:
        """Put the policy. Raises what PutBucketPolicy raises."""
        properties = cloudformation_json["Properties"]
        document = json.dumps(properties["PolicyDocument"]).encode()
        _backend(account_id, region_name).put_bucket_policy(properties["Bucket"], document)
        return cls(properties["Bucket"])

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives: the bucket's name."""
        return self.bucket

    def delete(self, account_id: str, region: str) -> None:
        """Take the policy away."""
        _backend(account_id, region).delete_bucket_policy(self.bucket)


def _backend(account_id: str, region: str) -> S3Backend:
    return s3_backends[account_id][get_partition(region)]

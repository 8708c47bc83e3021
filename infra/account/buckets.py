"""The lab's two buckets: private, encrypted, TLS only."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account.acknowledged import acknowledge


class Buckets(Construct):
    """`drop` takes what the compromised instance uploads, `bystander` what harmless hosts do.

    Construct names end up in bucket names, which learners read: they give nothing away.
    """

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.drop = private_bucket(self, "Exchange")
        self.bystander = private_bucket(self, "Reports")

    @property
    def all(self) -> tuple[s3.Bucket, ...]:
        """Every bucket of the lab."""
        return (self.drop, self.bystander)


def private_bucket(scope: Construct, name: str) -> s3.Bucket:
    """A bucket that nobody outside the account sees, and that goes with its stack once it is empty."""
    bucket = s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.DESTROY,
    )
    acknowledge(bucket, {"S1": "CloudTrail records what is done to objects; a log of its own would outlive the lab"})
    return bucket

"""What an event keeps: a table and two buckets, which outlive the stack, and its secret."""

from __future__ import annotations

from aws_cdk import Duration, Fn, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.event.stack.parameters import Parameters

SECRETS = {
    "lab_seed": "LabSeed",
    "external_id": "GraderExternalId",
    "signing_key": "SigningKey",
    "token_key": "TokenKey",
    "organiser_token": "OrganiserToken",
}
"""By field of `grader.event.secret.Secret`, the parameter."""


class Storage(Construct):
    """`table`, `results` and `rosters`; private, encrypted, and kept when the stack goes, unless it never stood.

    `secret` goes with the stack.
    """

    def __init__(self, scope: Construct, name: str, *, parameters: Parameters) -> None:
        super().__init__(scope, name)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.results = _bucket(self, "Results")
        self.rosters = _bucket(self, "Rosters")
        fields = ",".join(f'"{field}":"${{{parameter}}}"' for field, parameter in SECRETS.items())
        self.secret = secretsmanager.CfnSecret(
            self,
            "Secret",
            description="EC2 investigation lab: the secrets of one event",
            secret_string=Fn.sub(f"{{{fields}}}"),
        )
        acknowledge(self.secret, {"SMG4": "every story, token and signature of the event follows from it"})


def _bucket(scope: Construct, name: str) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))],
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        versioned=True,
    )
    acknowledge(bucket, {"S1": "only three functions reach it, and each of their acts is kept in the table"})
    return bucket

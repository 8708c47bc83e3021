"""Who may enter the account: LearnerRole investigates and contains, GraderRole looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Aws, Duration, Fn, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.account.event_store import EventStore
from infra.account.parameters import Parameters

_SEARCH = [
    "cloudtrail:ListEventDataStores",
    "cloudtrail:LookupEvents",
]

_LOOK = [
    "ec2:Describe*",
    "s3:ListAllMyBuckets",
]

_CONTAIN = [
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CopySnapshot",
    "ec2:CreateImage",
    "ec2:CreateNetworkAcl",
    "ec2:CreateNetworkAclEntry",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSnapshot",
    "ec2:CreateSnapshots",
    "ec2:CreateTags",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteSnapshot",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ModifySecurityGroupRules",
    "ec2:ModifySnapshotAttribute",
    "ec2:ReplaceNetworkAclAssociation",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:StopInstances",
    "ec2:TerminateInstances",
]

# Ways to the seed (user data, disk contents, keys, the stack), to other identities, other machines and other evidence.
# Denied rather than only not allowed: a policy that somebody attaches to the role later opens none of them.
_NEVER = [
    "athena:Delete*",
    "athena:Update*",
    "autoscaling:*",
    "cloudformation:*",
    "cloudtrail:Delete*",
    "cloudtrail:Put*",
    "cloudtrail:Stop*",
    "cloudtrail:Update*",
    "ebs:*",
    "ec2-instance-connect:*",
    "ec2:AssociateIamInstanceProfile",
    "ec2:AttachVolume",
    "ec2:CreateFleet",
    "ec2:CreateInstanceExportTask",
    "ec2:CreateStoreImageTask",
    "ec2:DescribeInstanceAttribute",
    "ec2:ExportImage",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RequestSpotFleet",
    "ec2:RequestSpotInstances",
    "ec2:RunInstances",
    "ec2:StartInstances",
    "glue:BatchDelete*",
    "glue:Delete*",
    "glue:Update*",
    "iam:*",
    "kms:*",
    "lambda:*",
    "ssm:*",
    "sts:AssumeRole",
]

# Athena alone writes, in the learner's name and to the bucket of results. The condition holds without the key too.
_NEVER_BUT_BY_ATHENA = [
    "s3:Delete*",
    "s3:Put*",
]
_NOT_BY_ATHENA = {"ForAllValues:StringNotEquals": {"aws:CalledVia": "athena.amazonaws.com"}}

_GRADER_LOOKS = [
    "ec2:DescribeImages",
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshotAttribute",
    "ec2:DescribeSnapshots",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
]

_ROLE_READS = [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
]


class Access(Construct):
    """The roles `learner` and `grader`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        parameters: Parameters,
        store: EventStore,
        buckets: Sequence[s3.Bucket],
        instance_role: iam.Role,
    ) -> None:
        super().__init__(scope, name)
        names = [bucket.bucket_arn for bucket in buckets]
        objects = [bucket.arn_for_objects("*") for bucket in buckets]
        search = _allow(_SEARCH, ["*"])
        self.learner = iam.Role(
            self,
            "LearnerRole",
            assumed_by=iam.ArnPrincipal(parameters.learner_principal),
            max_session_duration=Duration.hours(12),
            inline_policies={
                "Investigate": _policy(
                    search,
                    _allow(_LOOK, ["*"]),
                    _allow(["s3:GetBucketLocation", "s3:ListBucket"], names),
                    _allow(["s3:GetObject"], objects),
                ),
                "Contain": _policy(_here(_CONTAIN)),
                "Never": _policy(_deny(_NEVER), _deny(_NEVER_BUT_BY_ATHENA, _NOT_BY_ATHENA)),
            },
        )
        acknowledge(
            self.learner,
            {
                "IAM5[Action::ec2:Describe*]": "all but DescribeInstanceAttribute, which is denied",
                "IAM5[Resource::*]": "what learners make has no ARN yet; containment is for the lab's region only",
                "IAM5[Resource::<DataExchange.Arn>/*]": "any file that was uploaded",
                "IAM5[Resource::<DataReports.Arn>/*]": "any file that was uploaded",
            },
        )
        self.grader = iam.Role(
            self,
            "GraderRole",
            role_name=parameters.grader_role_name,
            assumed_by=_with_external_id(parameters),
            inline_policies={
                "Look": _policy(
                    search,
                    _allow(_GRADER_LOOKS, ["*"]),
                    _allow(["s3:GetBucketLocation", "s3:ListBucket"], names),
                    _allow(_ROLE_READS, [instance_role.role_arn]),
                    _allow(["cloudformation:DescribeStacks"], [Aws.STACK_ID]),
                ),
            },
        )
        acknowledge(self.grader, {"IAM5[Resource::*]": "calls that describe and list take no resource"})
        Validations.of(self.grader).acknowledge(
            *(
                Acknowledgment(id=f"CloudFormation-Validate::{rule}", reason="no empty name gets past the condition")
                for rule in ("F3031", "F3033")
            )
        )
        store.let_ask([self.learner, self.grader])


def _policy(*statements: iam.PolicyStatement) -> iam.PolicyDocument:
    return iam.PolicyDocument(statements=list(statements))


def _allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)


def _deny(actions: Sequence[str], conditions: Mapping[str, Any] | None = None) -> iam.PolicyStatement:
    return iam.PolicyStatement(effect=iam.Effect.DENY, actions=actions, resources=["*"], conditions=conditions)


def _here(actions: Sequence[str]) -> iam.PolicyStatement:
    """In the lab's region only."""
    return iam.PolicyStatement(
        actions=actions, resources=["*"], conditions={"StringEquals": {"aws:RequestedRegion": Aws.REGION}}
    )


def _with_external_id(parameters: Parameters) -> iam.IPrincipal:
    grader = iam.ArnPrincipal(parameters.grader_principal)
    same_id = Fn.condition_if(
        parameters.asks_external_id.logical_id, {"sts:ExternalId": parameters.grader_external_id}, Aws.NO_VALUE
    )
    return grader.with_conditions({"StringEquals": same_id})

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

import pytest

from tests.infra.account.resources import Resources, attribute, joined, listed

OWN_ROOT = joined("arn:", {"Ref": "AWS::Partition"}, ":iam::", {"Ref": "AWS::AccountId"}, ":root")


def decides(statements: list[dict[str, Any]], action: str) -> str:
    """What the statements say about an action on some resource: Deny, Allow or nothing."""
    effects = {
        statement["Effect"]
        for statement in statements
        if any(fnmatch(action.lower(), pattern.lower()) for pattern in listed(statement["Action"]))
    }
    return "Deny" if "Deny" in effects else "Allow" if effects else ""


def trust(resources: Resources, output: str) -> dict[str, Any]:
    (statement,) = resources.all[resources.behind(output)]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


@pytest.mark.parametrize("who", ["Learner", "Grader"])
def test_roles_trust_this_account_unless_told_otherwise(resources: Resources, who: str) -> None:
    """Whoever is given as principal may assume the role, or else whom this account's own policies allow."""
    assert trust(resources, f"{who}RoleArn")["Principal"] == {
        "AWS": {"Fn::If": [f"Has{who}Principal", {"Ref": f"{who}Principal"}, OWN_ROOT]}
    }


def test_the_grader_gives_its_external_id_where_one_is_set(resources: Resources) -> None:
    """With an external id it must be equal; without one there is no condition."""
    given = {"sts:ExternalId": {"Ref": "GraderExternalId"}}
    assert trust(resources, "GraderRoleArn")["Condition"] == {
        "StringEquals": {"Fn::If": ["HasGraderExternalId", given, {"Ref": "AWS::NoValue"}]}
    }
    assert "Condition" not in trust(resources, "LearnerRoleArn")


@pytest.mark.parametrize(
    "action",
    [
        "cloudtrail:StartQuery",
        "cloudtrail:DescribeQuery",
        "cloudtrail:GetQueryResults",
        "cloudtrail:CancelQuery",
        "cloudtrail:ListQueries",
        "cloudtrail:ListEventDataStores",
        "cloudtrail:GetEventDataStore",
        "cloudtrail:LookupEvents",
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "glue:GetDatabase",
        "glue:GetTable",
        "ec2:DescribeInstances",
        "ec2:DescribeVolumes",
        "ec2:DescribeSnapshots",
        "ec2:DescribeSecurityGroupRules",
        "ec2:CreateSnapshot",
        "ec2:CreateSnapshots",
        "ec2:CreateImage",
        "ec2:CreateTags",
        "ec2:CreateSecurityGroup",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "s3:ListAllMyBuckets",
        "s3:ListBucket",
        "s3:GetObject",
    ],
)
def test_a_learner_may_investigate_and_contain(resources: Resources, action: str) -> None:
    """What the module and its permitted variants need is allowed."""
    assert decides(resources.statements(resources.behind("LearnerRoleArn")), action) == "Allow"


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
        "athena:DeleteWorkGroup",
        "athena:UpdateWorkGroup",
        "cloudtrail:DeleteEventDataStore",
        "cloudtrail:DeleteTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:StopLogging",
        "cloudtrail:StopEventDataStoreIngestion",
        "cloudtrail:UpdateEventDataStore",
        "ebs:GetSnapshotBlock",
        "ebs:ListSnapshotBlocks",
        "ec2:AttachVolume",
        "ec2:CreateStoreImageTask",
        "ec2:DescribeInstanceAttribute",
        "ec2:GetConsoleOutput",
        "ec2:RequestSpotInstances",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "glue:DeleteTable",
        "glue:UpdateTable",
        "iam:CreateUser",
        "iam:GetRolePolicy",
        "iam:PassRole",
        "kms:CreateGrant",
        "kms:Decrypt",
        "lambda:GetFunction",
        "s3:DeleteObject",
        "s3:PutBucketPolicy",
        "s3:PutObject",
        "ssm:SendCommand",
        "ssm:StartSession",
        "sts:AssumeRole",
    ],
)
def test_a_learner_never_may(resources: Resources, action: str) -> None:
    """Ways to the seed, to other identities and to the evidence are denied outright, everywhere."""
    statements = resources.statements(resources.behind("LearnerRoleArn"))
    assert decides(statements, action) == "Deny"
    denied = [one for one in statements if one["Effect"] == "Deny"]
    assert all(one["Resource"] == "*" for one in denied)
    assert [one["Action"] for one in denied if "Condition" in one] == [["s3:Delete*", "s3:Put*"]]


def test_athena_alone_writes_for_a_learner(resources: Resources) -> None:
    """Results, to their bucket: what a learner sends to S3 itself is denied as long as Athena does not send it."""
    learner, (results,) = resources.behind("LearnerRoleArn"), _buckets(resources, "Results")
    by = "athena.amazonaws.com"
    denied = [one for one in resources.statements(learner, "Never") if "Condition" in one]
    assert [one["Condition"] for one in denied] == [{"ForAllValues:StringNotEquals": {"aws:CalledVia": by}}]
    (written,) = [one for one in resources.statements(learner) if "s3:PutObject" in listed(one["Action"])]
    assert written["Resource"] == joined(attribute(results, "Arn"), "/*")
    assert written["Condition"] == {"ForAnyValue:StringEquals": {"aws:CalledVia": by}}


def _buckets(resources: Resources, word: str) -> list[str]:
    return [name for name in resources.of("AWS::S3::Bucket") if name.endswith(word)]


def test_a_learner_changes_things_in_the_labs_region_only(resources: Resources) -> None:
    """Containment is allowed where the lab stands: an account may hold more than a lab."""
    (contain,) = resources.statements(resources.behind("LearnerRoleArn"), "Contain")
    assert contain["Condition"] == {"StringEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}}


@pytest.mark.parametrize("who", ["LearnerRoleArn", "GraderRoleArn"])
def test_queries_go_to_the_labs_store_only(resources: Resources, who: str) -> None:
    """Both roles query this store, not another that the account may have."""
    (store,) = resources.of("AWS::CloudTrail::EventDataStore")
    (query,) = [one for one in resources.statements(resources.behind(who)) if "cloudtrail:StartQuery" in one["Action"]]
    assert query["Resource"] == attribute(store, "EventDataStoreArn")


def test_the_grader_only_looks(resources: Resources) -> None:
    """Every action of the grader reads; to start and to cancel its queries is all that it changes."""
    statements = resources.statements(resources.behind("GraderRoleArn"))
    actions = {action.partition(":")[2] for statement in statements for action in listed(statement["Action"])}
    reading = ("Describe", "Get", "List", "Lookup")
    assert {action for action in actions if not action.startswith(reading)} == {
        *("StartQuery", "CancelQuery"),
        *("StartQueryExecution", "StopQueryExecution", "PutObject", "AbortMultipartUpload"),
    }
    assert not any("*" in action for action in actions)
    assert "DescribeInstanceAttribute" not in actions

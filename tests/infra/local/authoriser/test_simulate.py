"""Simulated policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.authoriser.simulate import HANDLERS

ALLOW_DROP = {
    "Effect": "Allow",
    "Action": "s3:*Object",
    "Resource": "arn:aws:s3:::drop/*",
    "Condition": {"Bool": {"aws:SecureTransport": "true"}},
}
ROLE = "arn:aws:iam::111111111111:role/uploader"


@pytest.fixture
def iam(serve_local_aws: Any) -> Any:
    """IAM's client where simulation is answered, and a role to simulate."""
    local_aws = serve_local_aws(handlers=HANDLERS)
    local_aws.role("uploader", ALLOW_DROP)
    return local_aws.client("iam")


def decisions(answer: Any) -> list[str]:
    """The decisions in order."""
    return [result["EvalDecision"] for result in answer["EvaluationResults"]]


def test_only_given_condition_keys_count(iam: Any) -> None:
    """Simulated requests have no keys but those of the context entries."""
    ask = {"PolicySourceArn": ROLE, "ActionNames": ["s3:PutObject"], "ResourceArns": ["arn:aws:s3:::drop/k"]}
    entry = {"ContextKeyName": "aws:securetransport", "ContextKeyType": "boolean", "ContextKeyValues": ["true"]}
    assert decisions(iam.simulate_principal_policy(**ask)) == ["implicitDeny"]
    assert decisions(iam.simulate_principal_policy(**ask, ContextEntries=[entry])) == ["allowed"]


def test_further_policies_can_be_tried(iam: Any) -> None:
    """What a Deny in the input would change; the statements that decided are named by their policy."""
    deny = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    answer = iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=["iam:ListUsers"], PolicyInputList=[deny])
    [result] = answer["EvaluationResults"]
    assert result == {
        "EvalActionName": "iam:ListUsers",
        "EvalResourceName": "*",
        "EvalDecision": "explicitDeny",
        "MatchedStatements": [{"SourcePolicyId": "PolicyInputList.1"}],
        "MissingContextValues": [],
    }


def test_policies_that_belong_to_nobody(iam: Any) -> None:
    """SimulateCustomPolicy looks at its input alone."""
    allow = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}})
    answer = iam.simulate_custom_policy(PolicyInputList=[allow], ActionNames=["ec2:RunInstances", "iam:ListUsers"])
    assert decisions(answer) == ["allowed", "implicitDeny"]


@pytest.mark.parametrize("arn", [f"{ROLE}s", "arn:aws:iam::222222222222:role/uploader", ROLE.replace("role", "policy")])
def test_a_principal_that_is_not_there(iam: Any, arn: str) -> None:
    """No such entity, also in other accounts."""
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:PutObject"])


def test_a_policy_that_is_not_understood(iam: Any) -> None:
    """An error rather than a guess."""
    odd = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringSounds": {"a": "b"}}}
    with pytest.raises(ClientError, match="StringSounds"):
        iam.simulate_custom_policy(PolicyInputList=[json.dumps({"Statement": odd})], ActionNames=["ec2:RunInstances"])

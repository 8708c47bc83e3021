from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from grader.containment.revocation import revokes
from grader.evidence.event import Event
from tests.grader.scenes import STAGE, Scene

ROLE = STAGE.instance_role_arn.rpartition("/")[2]
CONSOLE = {
    "Effect": "Deny",
    "Action": ["*"],
    "Resource": ["*"],
    "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T10:05:00.000Z"}},
}


def put(statement: Any, role: str = ROLE, name: str = "PutRolePolicy") -> bool:
    scene = Scene()
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    scene.act(name, {"roleName": role, "policyName": "p", "policyDocument": document}, at=1, service="iam")
    return revokes(scene.evidence(), Event(scene.records[0]))


@pytest.mark.parametrize("statement", [CONSOLE, [CONSOLE], {**CONSOLE, "Action": "*", "Resource": "*"}])
def test_the_consoles_policy_and_its_like_end_sessions(statement: Any) -> None:
    """One statement or a list of one, texts or lists."""
    assert put(statement)


@pytest.mark.parametrize(
    "statement",
    [
        [],
        "Deny",
        {**CONSOLE, "Effect": "Allow"},
        {**CONSOLE, "Action": "s3:*"},
        {**CONSOLE, "Resource": "arn:aws:s3:::x"},
        {**CONSOLE, "Condition": {}},
        {**CONSOLE, "Condition": None},
        {**CONSOLE, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        [CONSOLE, {"Effect": "Allow", "Action": "*", "Resource": "*"}],
    ],
)
def test_any_other_policy_does_not(statement: Any) -> None:
    """Neither does one that brings something else along."""
    assert not put(statement)


def test_another_role_or_another_call_does_not() -> None:
    """Only the instance's own sessions."""
    assert not put(CONSOLE, role="lab-LearnerRole")
    assert not put(CONSOLE, name="PutUserPolicy")


@pytest.mark.parametrize("document", [None, "", "{", "[]", "7"])
def test_what_is_no_policy_does_not(document: str | None) -> None:
    """Whatever the record holds."""
    scene = Scene()
    scene.act("PutRolePolicy", {"roleName": ROLE, "policyDocument": document}, at=1, service="iam")
    assert not revokes(scene.evidence(), Event(scene.records[0]))


def test_a_role_is_known_by_its_name_alone() -> None:
    """CloudTrail names a role without the path that its ARN has."""
    scene = Scene()
    document = json.dumps({"Statement": CONSOLE})
    scene.act("PutRolePolicy", {"roleName": "Host", "policyDocument": document}, at=1, service="iam")
    stage = replace(STAGE, instance_role_arn=f"{STAGE.instance_role_arn.partition('/')[0]}/lab/hosts/Host")
    assert revokes(replace(scene.evidence(), stage=stage), Event(scene.records[0]))

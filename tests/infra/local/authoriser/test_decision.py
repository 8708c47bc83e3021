"""What all policies together say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.authoriser.conditions import UnknownElementError
from infra.local.authoriser.decision import Policies, Principals, decide
from infra.local.authoriser.policy import Ask, Policy, compile_policy

HOME, ABROAD = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HOME}:role/r"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/r/s"
ROOT = f"arn:aws:iam::{HOME}:root"
CALLER = Principals(account_id=HOME, arns=(SESSION, ROLE))
ASK = Ask(action="s3:GetObject", resource="arn:aws:s3:::b/k")
ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> Policy:
    """A policy of these statements."""
    return compile_policy("p", json.dumps({"Version": "2012-10-17", "Statement": statements}))


def to(principal: Any, statement: dict[str, Any] = ALLOW) -> Policy:
    """A resource's policy with this statement for a principal."""
    return policy({**statement, "Principal": principal})


def outcome(*, identity: Policy | None = None, owner: str = HOME, **others: Any) -> str:
    """The result and the layer that decided."""
    policies = Policies(identity=(identity,) if identity else (), resource_account=owner, **others)
    decision = decide(ASK, lambda key: None, policies, CALLER)
    return decision.result if decision.result == "allowed" else f"{decision.result} {decision.layer}"


NO_IDENTITY = "implicitDeny identity-based policy"
NO_RESOURCE = "implicitDeny resource-based policy"


def test_nothing_is_allowed_by_itself() -> None:
    """Without an Allow the answer is no, and an explicit Deny wins over any Allow."""
    assert outcome() == NO_IDENTITY
    assert outcome(identity=policy(ALLOW)) == "allowed"
    assert outcome(identity=policy(ALLOW, DENY)) == "explicitDeny identity-based policy"
    assert outcome(identity=policy(ALLOW), resource=to("*", DENY)) == "explicitDeny resource-based policy"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", "allowed"),
        ({"AWS": ROLE}, "allowed"),
        ({"AWS": [SESSION]}, "allowed"),
        ({"AWS": f"arn:aws:iam::{HOME}:role/other"}, NO_IDENTITY),
        ({"AWS": ROOT}, NO_IDENTITY),
        ({"Service": "ec2.amazonaws.com"}, NO_IDENTITY),
    ],
)
def test_a_resource_of_the_own_account_may_let_its_principals_in(principal: Any, expected: str) -> None:
    """Named directly they need no policy of their own; the account's name only delegates."""
    assert outcome(resource=to(principal)) == expected


def test_another_account_must_allow_it_too() -> None:
    """Across accounts both sides have to say yes; there the name of the account is enough."""
    assert outcome(identity=policy(ALLOW), owner=ABROAD) == NO_RESOURCE
    assert outcome(resource=to({"AWS": ROLE}), owner=ABROAD) == NO_IDENTITY
    assert outcome(identity=policy(ALLOW), resource=to({"AWS": HOME}), owner=ABROAD) == "allowed"
    assert outcome(identity=policy(ALLOW), resource=to({"AWS": ABROAD}), owner=ABROAD) == NO_RESOURCE


@pytest.mark.parametrize(
    ("trusted", "identity", "expected"),
    [
        ({"AWS": ROLE}, None, "allowed"),
        ({"AWS": ROOT}, None, NO_IDENTITY),
        ({"AWS": ROOT}, policy(ALLOW), "allowed"),
        ({"Service": "ec2.amazonaws.com"}, policy(ALLOW), NO_RESOURCE),
    ],
)
def test_a_role_is_assumed_by_whom_it_trusts(trusted: Any, identity: Policy | None, expected: str) -> None:
    """An administrator cannot assume what only a service is trusted with."""
    assert outcome(identity=identity, resource=to(trusted), trust=True) == expected
    assert outcome(identity=policy(ALLOW), trust=True) == NO_RESOURCE


def test_boundary_and_session_policy_only_take_away() -> None:
    """Both must allow what the identity's policies allow, and allow nothing themselves."""
    other = policy({**ALLOW, "Action": "ec2:*"})
    assert outcome(identity=policy(ALLOW), boundary=other) == "implicitDeny permissions boundary"
    assert outcome(identity=policy(ALLOW), session=other) == "implicitDeny session policy"
    assert outcome(identity=policy(ALLOW), boundary=policy(ALLOW), session=policy(ALLOW)) == "allowed"
    assert outcome(boundary=policy(ALLOW), session=policy(ALLOW)) == NO_IDENTITY


def test_not_principal_denies_everybody_else() -> None:
    """A Deny with NotPrincipal spares those it names."""
    spared = policy({**DENY, "NotPrincipal": {"AWS": [ROLE]}})
    others = policy({**DENY, "NotPrincipal": {"AWS": ["arn:aws:iam::111111111111:role/other"]}})
    assert outcome(identity=policy(ALLOW), resource=spared) == "allowed"
    assert outcome(identity=policy(ALLOW), resource=others) == "explicitDeny resource-based policy"


def test_what_is_not_understood_is_named_with_its_policy() -> None:
    """The error says which policy to look at."""
    statement = {**ALLOW, "Condition": {"StringSounds": {"aws:username": "ann"}}}
    with pytest.raises(UnknownElementError, match=r"condition operator StringSounds \(in p\)"):
        outcome(identity=policy(statement))

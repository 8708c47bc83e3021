"""Condition keys of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.authoriser.conditions import UnknownElementError
from infra.local.authoriser.keys import Situation
from infra.local.authoriser.policy import Ask
from infra.local.call import Call, Caller

USER = Caller(
    account_id="111111111111",
    access_key_id="AKIA",
    kind="IAMUser",
    principal_id="AIDA",
    arn="arn:aws:iam::111111111111:user/ann",
    name="ann",
)
SESSION = replace(
    USER,
    kind="AssumedRole",
    principal_id="AROA:i-1",
    arn="arn:aws:sts::111111111111:assumed-role/r/i-1",
    name="r",
    issued_at=datetime(2026, 1, 31, 11, tzinfo=UTC),
)


def situation(caller: Caller = USER, action: str = "s3:PutObject", resource: str = "*", **parameters: Any) -> Situation:
    """One ask of a call with these parameters."""
    call = Call(
        service=action.partition(":")[0],
        operation=action.partition(":")[2],
        parameters=parameters,
        region="eu-west-1",
        caller=caller,
        time=datetime(2026, 1, 31, 12, tzinfo=UTC),
        request_id="",
        source_ip="10.0.0.7",
        user_agent="agent",
        host="",
        bytes_in=0,
    )
    return Situation(call, Ask(action=action, resource=resource), "222222222222")


@pytest.mark.parametrize(
    ("key", "user", "session"),
    [
        ("aws:SecureTransport", ("true",), ("true",)),
        ("AWS:securetransport", ("true",), ("true",)),
        ("aws:username", ("ann",), None),
        ("aws:userid", ("AIDA",), ("AROA:i-1",)),
        ("aws:PrincipalType", ("User",), ("AssumedRole",)),
        ("aws:PrincipalAccount", ("111111111111",), ("111111111111",)),
        ("aws:PrincipalArn", ("arn:aws:iam::111111111111:user/ann",), None),
        ("aws:ResourceAccount", ("222222222222",), ("222222222222",)),
        ("aws:TokenIssueTime", None, ("2026-01-31T11:00:00+00:00",)),
        ("aws:MultiFactorAuthPresent", None, ("false",)),
        ("aws:CurrentTime", ("2026-01-31T12:00:00+00:00",), ("2026-01-31T12:00:00+00:00",)),
        ("aws:EpochTime", ("1769860800",), ("1769860800",)),
        ("aws:SourceIp", ("10.0.0.7",), ("10.0.0.7",)),
        ("aws:UserAgent", ("agent",), ("agent",)),
        ("aws:RequestedRegion", ("eu-west-1",), ("eu-west-1",)),
        ("aws:CalledVia", None, None),
        ("sts:ExternalId", None, None),
    ],
)
def test_keys_of_every_request(key: str, user: tuple[str, ...] | None, session: tuple[str, ...] | None) -> None:
    """A user's and a session's request, in any case of the key."""
    assert situation(USER).key(key) == user
    if key != "aws:PrincipalArn":  # a role's, which has to exist
        assert situation(SESSION).key(key) == session


@pytest.mark.parametrize(
    ("found", "key", "expected"),
    [
        (situation(Prefix="a/"), "s3:prefix", ("a/",)),
        (situation(MaxKeys=5), "s3:max-keys", ("5",)),
        (situation(ACL="private"), "s3:x-amz-acl", ("private",)),
        (situation(ExternalId="x"), "sts:ExternalId", ("x",)),
        (situation(TagSpecifications=[{"Tags": [{"Key": "a", "Value": "1"}]}]), "aws:RequestTag/a", ("1",)),
        (situation(Tags={"a": "1", "b": "2"}), "aws:TagKeys", ("a", "b")),
        (situation(), "aws:TagKeys", None),
        (situation(Attribute="userData", InstanceId="i-1"), "ec2:Attribute", ("userData",)),
        (situation(Groups=["sg-1"], InstanceId="i-1"), "ec2:Attribute", ("Groups",)),
        (situation(Groups=["sg-1"], InstanceId="i-1"), "ec2:Attribute/Groups", ("sg-1",)),
        (situation(action="ec2:CreateTags"), "ec2:CreateAction", None),
    ],
)
def test_keys_of_the_parameters(found: Situation, key: str, expected: tuple[str, ...] | None) -> None:
    """What the services' own keys are read from."""
    assert found.key(key) == expected


def test_tags_made_with_a_resource_say_so() -> None:
    """ec2:CreateAction names the operation that makes the tagged resource."""
    made = situation(action="ec2:CreateSnapshot")
    tagging = Situation(made.call, Ask(action="ec2:CreateTags", resource="*"), made.resource_account)
    assert tagging.key("ec2:CreateAction") == ("CreateSnapshot",)


@pytest.mark.parametrize("key", ["aws:FavouriteColour", "aws:SourceVpce", "ec2:Nothing/x", "aws:ResourceTag/a"])
def test_an_unknown_key_is_an_error(key: str) -> None:
    """Also tags of a resource whose tags we do not know how to find."""
    with pytest.raises(UnknownElementError):
        situation(resource="arn:aws:s3:::drop").key(key)

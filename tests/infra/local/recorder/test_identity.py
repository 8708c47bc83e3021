"""The forms of `userIdentity`."""

from __future__ import annotations

from datetime import UTC, datetime

from infra.local.call import Caller
from infra.local.recorder.identity import instance_of, service_identity, user_identity

ISSUED = datetime(2026, 11, 24, 3, 55, 22, tzinfo=UTC)


def role_caller(session: str) -> Caller:
    return Caller(
        account_id="111111111111",
        access_key_id="ASIAEXAMPLE",
        kind="AssumedRole",
        principal_id=f"AROAEXAMPLE:{session}",
        arn=f"arn:aws:sts::111111111111:assumed-role/HostRole/{session}",
        name="HostRole",
        issued_at=ISSUED,
    )


def user_caller(issued_at: datetime | None = None, arn: str = "arn:aws:iam::111111111111:user/ana") -> Caller:
    return Caller(
        account_id="111111111111",
        access_key_id="AKIAEXAMPLE",
        kind="IAMUser",
        principal_id="AIDAEXAMPLE",
        arn=arn,
        name="ana",
        issued_at=issued_at,
    )


def test_the_role_of_an_instance() -> None:
    """A session named after an instance got its credentials from IMDSv2."""
    caller = role_caller("i-0123456789abcdef0")
    identity = user_identity(caller)
    assert instance_of(caller) == "i-0123456789abcdef0"
    assert identity == {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
        "arn": "arn:aws:sts::111111111111:assumed-role/HostRole/i-0123456789abcdef0",
        "accountId": "111111111111",
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": "arn:aws:iam::111111111111:role/HostRole",
                "accountId": "111111111111",
                "userName": "HostRole",
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": "2026-11-24T03:55:22Z", "mfaAuthenticated": "false"},
            "ec2RoleDelivery": "2.0",
        },
    }
    assert list(identity["sessionContext"]) == ["sessionIssuer", "webIdFederationData", "attributes", "ec2RoleDelivery"]


def test_a_session_that_only_looks_like_an_instance() -> None:
    """A person's session is no instance, even where its name begins like one."""
    caller = role_caller("i-am-ana")
    assert instance_of(caller) is None
    assert "ec2RoleDelivery" not in user_identity(caller)["sessionContext"]


def test_a_user() -> None:
    """Long-lived keys have no session."""
    assert user_identity(user_caller()) == {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": "arn:aws:iam::111111111111:user/ana",
        "accountId": "111111111111",
        "accessKeyId": "AKIAEXAMPLE",
        "userName": "ana",
    }


def test_a_user_with_temporary_credentials() -> None:
    """A user's session has no issuer."""
    assert user_identity(user_caller(ISSUED))["sessionContext"] == {
        "sessionIssuer": {},
        "webIdFederationData": {},
        "attributes": {"creationDate": "2026-11-24T03:55:22Z", "mfaAuthenticated": "false"},
    }


def test_root() -> None:
    """Root has no user name."""
    identity = user_identity(user_caller(arn="arn:aws:iam::111111111111:root"))
    assert (identity["type"], "userName" in identity) == ("Root", False)


def test_services() -> None:
    """A service acts by itself, or in a caller's name."""
    assert service_identity("rds.amazonaws.com") == {"type": "AWSService", "invokedBy": "rds.amazonaws.com"}
    assert user_identity(user_caller(), "cloudformation.amazonaws.com")["invokedBy"] == "cloudformation.amazonaws.com"

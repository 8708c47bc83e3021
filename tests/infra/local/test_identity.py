"""Who is behind an access key."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from moto.iam.models import iam_backends

from infra.local.call import Caller
from infra.local.errors import FaultError
from infra.local.identity import Identities, issue_session, open_account

ACCOUNT = "333333333333"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture(autouse=True)
def _empty_cloud(empty_cloud: None) -> None: ...


def role(name: str = "instance", path: str = "/") -> str:
    """The ARN of a new role."""
    created = iam_backends[ACCOUNT]["aws"].create_role(name, TRUST, path, None, "", [], "3600")
    return created.arn


def test_opening_an_account_twice_opens_it_once() -> None:
    """The organiser keeps the keys that they had."""
    assert open_account(ACCOUNT) == open_account(ACCOUNT)
    assert list(iam_backends[ACCOUNT]["aws"].users) == ["organiser"]


def test_the_organiser_is_a_user() -> None:
    """Their caller is what CloudTrail's userIdentity is made of."""
    keys = open_account(ACCOUNT)
    identity = Identities().find(keys.access_key_id)
    assert identity.caller == Caller(
        account_id=ACCOUNT,
        access_key_id=keys.access_key_id,
        kind="IAMUser",
        principal_id=identity.caller.principal_id,
        arn=f"arn:aws:iam::{ACCOUNT}:user/organiser",
        name="organiser",
    )
    assert identity.caller.principal_id.startswith("AIDA")
    assert (identity.secret, identity.session_token, identity.expires_at) == (keys.secret_access_key, "", None)


def test_an_instances_credentials_are_a_session_of_its_role() -> None:
    """principalId and ARN end in the instance's id; the session has begun and will end."""
    began, life = datetime.now(UTC), timedelta(seconds=900)
    keys = issue_session(role(path="/lab/"), "i-0123456789abcdef0", seconds=900)
    ended = datetime.now(UTC)
    identity = Identities().find(keys.access_key_id)
    caller = identity.caller
    assert (caller.kind, caller.name, caller.session_name) == ("AssumedRole", "instance", "i-0123456789abcdef0")
    assert caller.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/instance/i-0123456789abcdef0"
    assert caller.principal_id.startswith("AROA")
    assert caller.principal_id.endswith(":i-0123456789abcdef0")
    assert caller.issued_at is not None
    assert identity.expires_at is not None
    assert began <= caller.issued_at <= ended
    assert began + life <= identity.expires_at <= ended + life
    assert (identity.secret, identity.session_token) == (keys.secret_access_key, keys.session_token)


def test_keys_end_with_their_owner() -> None:
    """A deleted role's sessions, a deleted key and an inactive one are as unknown as one made up."""
    identities = Identities()
    iam = iam_backends[ACCOUNT]["aws"]
    session = issue_session(role(), "i-1")
    organiser = open_account(ACCOUNT)
    assert identities.find(session.access_key_id).caller.name == "instance"
    iam.delete_role("instance")
    iam.update_access_key("organiser", organiser.access_key_id, "Inactive")
    deleted = iam.create_access_key("organiser").access_key_id
    iam.delete_access_key(deleted, "organiser")
    for key in (session.access_key_id, organiser.access_key_id, deleted, "AKIAIOSFODNN7EXAMPLE"):
        with pytest.raises(FaultError, match="unknown_key"):
            identities.find(key)


def test_no_session_without_a_role() -> None:
    """A role that is not there, or has another path, hands out nothing."""
    role(path="/lab/")
    for arn in (f"arn:aws:iam::{ACCOUNT}:role/other", f"arn:aws:iam::{ACCOUNT}:role/instance"):
        with pytest.raises(LookupError, match="there is no role"):
            issue_session(arn, "i-1")

"""Who is behind an access key: users and role sessions, as moto's IAM and STS hold them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.base_backend import BackendDict
from moto.iam.models import AccessKey, IAMBackend, Role, User, iam_backends
from moto.iam.utils import generate_access_key_id_from_account_id
from moto.s3.models import s3_backends
from moto.sts.models import AssumedRole, sts_backends

from infra.local.call import Caller
from infra.local.errors import FaultError
from scenario.access import Credentials

PARTITION = "aws"
ORGANISER = "organiser"
# AWS's managed policy of this name, inline: moto loads AWS's own policies only as a whole, 10 MB an account.
ADMINISTRATOR_ACCESS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A caller and what proves that a request is theirs."""

    caller: Caller
    secret: str
    session_token: str = ""  # empty for the long-lived keys of a user
    expires_at: datetime | None = None
    session_policy: str | None = None  # the policy that a role was assumed with


class Identities:
    """Finds identities by access key. Keys of deleted users and roles, and inactive keys, are unknown."""

    def __init__(self) -> None:
        self._accounts: dict[str, str] = {}
        self._sessions: dict[str, AssumedRole] = {}

    def find(self, access_key_id: str) -> Identity:
        """The identity behind this key. Raises FaultError("unknown_key")."""
        account_id = self._account_of(access_key_id)
        iam = iam_backends[account_id][PARTITION]
        key = iam.access_keys.get(access_key_id)
        if key is None:
            raise FaultError("unknown_key")
        identity = self._session(iam, key) if key.role_arn else _user(iam, key)
        if identity is None:
            raise FaultError("unknown_key")
        return identity

    def _account_of(self, access_key_id: str) -> str:
        known = self._accounts.get(access_key_id)
        # A copy: other threads may add accounts meanwhile.
        for account_id in (known,) if known else tuple(iam_backends):
            if access_key_id in iam_backends[account_id][PARTITION].access_keys:
                self._accounts[access_key_id] = account_id
                return account_id
        raise FaultError("unknown_key")

    def _session(self, iam: IAMBackend, key: AccessKey) -> Identity | None:
        session = self._sessions.get(key.access_key_id)
        if session is None:
            session = sts_backends[iam.account_id][PARTITION].get_assumed_role_from_access_key(key.access_key_id)
        role = role_named(iam.account_id, key.role_arn.rpartition("/")[2]) if key.role_arn else None
        if session is None or role is None:
            return None
        self._sessions[key.access_key_id] = session
        caller = Caller(
            account_id=iam.account_id,
            access_key_id=key.access_key_id,
            kind="AssumedRole",
            principal_id=f"{role.id}:{session.session_name}",
            arn=f"arn:{PARTITION}:sts::{iam.account_id}:assumed-role/{role.name}/{session.session_name}",
            name=role.name,
            issued_at=key.create_date.replace(tzinfo=UTC),
        )
        return Identity(
            caller=caller,
            secret=key.secret_access_key,
            session_token=session.session_token,
            expires_at=session.expiration.replace(tzinfo=UTC),
            session_policy=session.policy,
        )


def _user(iam: IAMBackend, key: AccessKey) -> Identity | None:
    user = user_named(iam.account_id, key.user_name) if key.user_name else None
    if user is None or key.status != "Active" or not user.has_access_key(key.access_key_id):
        return None
    caller = Caller(
        account_id=iam.account_id,
        access_key_id=key.access_key_id,
        kind="IAMUser",
        principal_id=user.id,
        arn=user.arn,
        name=user.name,
    )
    return Identity(caller=caller, secret=key.secret_access_key)


def role_named(account_id: str, name: str) -> Role | None:
    """The role of this name in the account, if there is one."""
    # A copy: other threads may make roles meanwhile.
    roles = tuple(iam_backends[account_id][PARTITION].roles.values())
    return next((role for role in roles if role.name == name), None)


def user_named(account_id: str, name: str) -> User | None:
    """The user of this name in the account, if there is one."""
    return iam_backends[account_id][PARTITION].users.get(name)


def open_account(account_id: str) -> Credentials:
    """Open an account: its first user, the organiser, who may do everything. No event tells of it.

    Returns the organiser's keys; the same ones when the account is open already.
    """
    iam = iam_backends[account_id][PARTITION]
    user = user_named(account_id, ORGANISER)
    if user is None:
        user = iam.create_user("us-east-1", ORGANISER)
        user.id = generate_access_key_id_from_account_id(account_id, "AIDA", total_length=21)
        user.put_policy("AdministratorAccess", ADMINISTRATOR_ACCESS)
        iam.create_access_key(ORGANISER)
    key = user.access_keys[0]
    return Credentials(access_key_id=key.access_key_id, secret_access_key=key.secret_access_key)


def close_account(account_id: str) -> None:
    """Forget all that moto holds of an account, its keys among it. No event tells of it."""
    for name, (_, owner) in tuple(s3_backends.bucket_accounts.items()):
        if owner == account_id:
            s3_backends.bucket_accounts.pop(name, None)
    in_use: Any = BackendDict  # moto keeps its own list of what is in use, and offers no other
    for service in tuple(in_use._instances):
        service.pop(account_id, None)


def issue_session(role_arn: str, session_name: str, *, seconds: int = 6 * 3600) -> Credentials:
    """Credentials of a role as an AWS service hands them out: no trust policy is asked, no event is written.

    With an instance's role and its id as session name these are what the instance metadata service gives.
    Raises LookupError when there is no such role.
    """
    account_id, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    role = role_named(account_id, name)
    if role is None or role.arn != role_arn:
        raise LookupError(f"there is no role {role_arn}")
    session = sts_backends[account_id][PARTITION].assume_role(
        region_name="us-east-1",
        role_session_name=session_name,
        role_arn=role_arn,
        policy="",
        duration=seconds,
        external_id="",
    )
    return Credentials(
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key,
        session_token=session.session_token,
    )

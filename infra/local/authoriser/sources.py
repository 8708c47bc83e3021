"""Where the policies that decide about a call come from: moto's IAM and S3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.iam.models import Group, ManagedPolicy, Role, User, iam_backends
from moto.s3.models import s3_backends

from infra.local.authoriser.conditions import UnknownElementError
from infra.local.authoriser.policy import Ask, Policy, compile_policy
from infra.local.call import Call, Caller
from infra.local.identity import PARTITION, role_named, user_named


def principal_of(caller: Caller) -> Role | User | None:
    """The role or the user behind a caller."""
    named = role_named if caller.kind == "AssumedRole" else user_named
    return named(caller.account_id, caller.name)


def identity_policies(principal: Role | User) -> tuple[Policy, ...]:
    """Inline and attached policies of a role, or of a user and their groups."""
    holders: list[Role | User | Group] = [principal]
    if isinstance(principal, User):
        # A copy: other threads may make groups meanwhile.
        groups = tuple(iam_backends[principal.account_id][PARTITION].groups.values())
        holders += [group for group in groups if principal in group.users]
    return tuple(policy for holder in holders for policy in _held_by(holder))


def _held_by(holder: Role | User | Group) -> Iterator[Policy]:
    for name, document in tuple(holder.policies.items()):
        yield compile_policy(name, _text(document))
    for policy in tuple(holder.managed_policies.values()):
        yield _managed(policy)


def _managed(policy: ManagedPolicy) -> Policy:
    version = next(v for v in policy.versions if v.is_default)
    return compile_policy(policy.name, _text(version.document))


def permissions_boundary(principal: Role | User) -> Policy | None:
    """The permissions boundary of a role. Raises UnknownElementError when that policy is not to be found."""
    arn = principal.permissions_boundary_arn if isinstance(principal, Role) else None
    if not arn:  # what CloudFormation made without one says ""
        return None
    policy = iam_backends[principal.account_id][PARTITION].managed_policies.get(arn)
    if policy is None:
        raise UnknownElementError(f"permissions boundary {arn}")
    return _managed(policy)


def session_policy(call: Call) -> Policy | None:
    """The policy that the caller's role was assumed with."""
    return compile_policy("session policy", call.session_policy) if call.session_policy else None


def resource_policy(call: Call, ask: Ask) -> tuple[Policy | None, str]:
    """The policy of the resource itself, and the account that owns the resource."""
    own = call.caller.account_id
    if ask.action == "sts:AssumeRole":
        account, name = ask.resource.split(":")[4], ask.resource.rpartition("/")[2]
        role = role_named(account, name) if account else None
        if role is None or role.arn != ask.resource:
            return None, account or own
        return compile_policy(f"trust policy of {name}", _text(role.assume_role_policy_document)), account
    if ask.resource.startswith("arn:aws:s3:::"):
        bucket_name = ask.resource.removeprefix("arn:aws:s3:::").partition("/")[0]
        _, account = s3_backends.bucket_accounts.get(bucket_name, (PARTITION, own))
        bucket = s3_backends[account][PARTITION].buckets.get(bucket_name)
        document = bucket.policy if bucket else None
        return compile_policy(f"policy of bucket {bucket_name}", _text(document)) if document else None, account
    return None, own


def _text(document: Any) -> str:
    if isinstance(document, bytes):
        return document.decode()
    return document if isinstance(document, str) else json.dumps(document)

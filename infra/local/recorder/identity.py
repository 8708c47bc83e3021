"""`userIdentity`: who called, in the forms of real records."""

from __future__ import annotations

import re
from typing import Any

from infra.local.call import Caller

_INSTANCE_ID = re.compile(r"i-(?:[0-9a-f]{8}|[0-9a-f]{17})")


def instance_of(caller: Caller) -> str | None:
    """The instance whose role makes the call: a role session that is named after an instance."""
    if caller.kind == "AssumedRole" and _INSTANCE_ID.fullmatch(caller.session_name):
        return caller.session_name
    return None


def user_identity(caller: Caller, invoked_by: str | None = None) -> dict[str, Any]:
    """A caller as CloudTrail shows it; `invoked_by` is the service that called in the caller's name."""
    if caller.arn.endswith(":root"):
        identity = _common(caller, "Root")
    elif caller.kind == "AssumedRole":
        identity = {**_common(caller, "AssumedRole"), "sessionContext": _role_session(caller)}
    else:
        identity = {**_common(caller, "IAMUser"), "userName": caller.name, **_user_session(caller)}
    if invoked_by is not None:
        identity["invokedBy"] = invoked_by
    return identity


def service_identity(service: str) -> dict[str, Any]:
    """An AWS service that acts by itself: `{"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}`."""
    return {"type": "AWSService", "invokedBy": service}


def _common(caller: Caller, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "principalId": caller.principal_id,
        "arn": caller.arn,
        "accountId": caller.account_id,
        "accessKeyId": caller.access_key_id,
    }


def _role_session(caller: Caller) -> dict[str, Any]:
    partition = caller.arn.split(":")[1]
    session: dict[str, Any] = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": caller.principal_id.partition(":")[0],
            "arn": f"arn:{partition}:iam::{caller.account_id}:role/{caller.name}",
            "accountId": caller.account_id,
            "userName": caller.name.rpartition("/")[2],
        },
        "webIdFederationData": {},
        "attributes": _attributes(caller),
    }
    if instance_of(caller) is not None:
        session["ec2RoleDelivery"] = "2.0"  # credentials came by IMDSv2, which the lab's instances require
    return session


def _user_session(caller: Caller) -> dict[str, Any]:
    if caller.issued_at is None:
        return {}
    session = {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": _attributes(caller)}
    return {"sessionContext": session}


def _attributes(caller: Caller) -> dict[str, str]:
    created = {} if caller.issued_at is None else {"creationDate": f"{caller.issued_at:%Y-%m-%dT%H:%M:%SZ}"}
    return {**created, "mfaAuthenticated": "false"}

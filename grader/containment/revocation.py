"""Sessions of the instance's role, revoked: a policy that denies everything to tokens issued before a moment.

Source: IAM user guide, "Revoke IAM role temporary security credentials". The console names it AWSRevokeOlderSessions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from grader.evidence.bundle import Evidence
from grader.evidence.event import Event

_ISSUED = "aws:tokenissuetime"


def revokes(evidence: Evidence, event: Event) -> bool:
    """Whether the event put such a policy, and nothing else, on the instance's role."""
    role = evidence.stage.instance_role_arn.rpartition("/")[2]
    if event.name != "PutRolePolicy" or event.asked.get("roleName") != role:
        return False
    statements = list(_statements(event.asked.get("policyDocument")))
    return bool(statements) and all(map(_denies_older, statements))


def _statements(document: Any) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy's text; none where it is no policy, or CloudTrail left it out."""
    try:
        policy = json.loads(document) if isinstance(document, str) else {}
    except ValueError:
        return
    held = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    yield from (s for s in (held if isinstance(held, list) else [held]) if isinstance(s, Mapping))


def _denies_older(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition")
    keys = {key.casefold() for operator in (condition or {}).values() for key in operator}
    everything = statement.get("Action") in ("*", ["*"]) and statement.get("Resource") in ("*", ["*"])
    return statement.get("Effect") == "Deny" and everything and keys == {_ISSUED}

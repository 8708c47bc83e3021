"""The decision itself: what all policies together say about one ask.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from infra.local.authoriser.conditions import UnknownElementError, Values
from infra.local.authoriser.policy import Ask, Keys, Policy, Statement

Layer = Literal["identity-based policy", "resource-based policy", "permissions boundary", "session policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """How a resource's policy may name one caller."""

    account_id: str
    arns: Values  # the user's; the session's and its role's

    @property
    def account_names(self) -> Values:
        """Names for the whole account, which leave it to the account's own policies whom to let in."""
        return (self.account_id, f"arn:aws:iam::{self.account_id}:root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """All policies that speak of one ask."""

    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    session: Policy | None = None
    resource: Policy | None = None
    resource_account: str
    trust: bool = False  # the resource is a role to be assumed: its policy must allow it, in any account


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Allowed or not, and which layer said so."""

    result: Literal["allowed", "explicitDeny", "implicitDeny"]
    layer: Layer = "identity-based policy"
    matched: tuple[tuple[Policy, Statement], ...] = ()  # the statements that decided


def decide(ask: Ask, keys: Keys, policies: Policies, principals: Principals) -> Decision:
    """Decide one ask. Raises UnknownElementError, naming the policy, when a policy cannot be evaluated."""
    matched: dict[Layer, list[tuple[Policy, Statement]]] = {
        "identity-based policy": _matching(policies.identity, ask, keys, None),
        "resource-based policy": _matching(_some(policies.resource), ask, keys, principals),
        "permissions boundary": _matching(_some(policies.boundary), ask, keys, None),
        "session policy": _matching(_some(policies.session), ask, keys, None),
    }
    for layer, hits in matched.items():
        if denials := tuple(hit for hit in hits if hit[1].effect == "Deny"):
            return Decision(result="explicitDeny", layer=layer, matched=denials)
    missing = _missing_layer(policies, matched, principals)
    if missing:
        return Decision(result="implicitDeny", layer=missing)
    return Decision(result="allowed", matched=tuple(hit for hits in matched.values() for hit in hits))


def _missing_layer(
    policies: Policies, matched: dict[Layer, list[tuple[Policy, Statement]]], principals: Principals
) -> Layer | None:
    """The layer that should have allowed it and does not."""
    by_identity = bool(matched["identity-based policy"])
    by_resource = bool(matched["resource-based policy"])
    directly = any(_names_directly(s, principals) for _, s in matched["resource-based policy"])
    if policies.resource_account != principals.account_id:
        if not by_identity:
            return "identity-based policy"
        if not by_resource:
            return "resource-based policy"
    elif policies.trust and not by_resource:
        return "resource-based policy"
    elif not by_identity and not directly:
        return "identity-based policy"
    if policies.boundary and not matched["permissions boundary"]:
        return "permissions boundary"
    if policies.session and not matched["session policy"]:
        return "session policy"
    return None


def _some(policy: Policy | None) -> tuple[Policy, ...]:
    return (policy,) if policy else ()


def _matching(
    policies: Sequence[Policy], ask: Ask, keys: Keys, principals: Principals | None
) -> list[tuple[Policy, Statement]]:
    return [(policy, s) for policy in policies for s in _statements(policy, ask, keys, principals)]


def _statements(policy: Policy, ask: Ask, keys: Keys, principals: Principals | None) -> Iterator[Statement]:
    for statement in policy.statements:
        try:
            if principals is not None and not _speaks_to(statement, principals):
                continue
            if statement.speaks_of(ask, keys):
                yield statement
        except UnknownElementError as error:
            raise UnknownElementError(f"{error} (in {policy.name})") from error


def _speaks_to(statement: Statement, principals: Principals) -> bool:
    mentioned = _mentions(statement, principals.arns + principals.account_names)
    return mentioned is not statement.not_principals


def _names_directly(statement: Statement, principals: Principals) -> bool:
    return statement.not_principals or _mentions(statement, principals.arns)


def _mentions(statement: Statement, names: Values) -> bool:
    mentioned = (statement.principals or {}).get("AWS", ())
    return "*" in mentioned or any(name in mentioned for name in names)

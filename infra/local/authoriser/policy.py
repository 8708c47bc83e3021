"""Policies compiled from their JSON, and which of their statements speak of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from infra.local.authoriser.conditions import UnknownElementError, Values, as_values, holds
from infra.local.authoriser.glob import any_of, matches

# The values of a condition key in a request, None when it has none. Raises UnknownElementError.
Keys = Callable[[str], Values | None]

# A call that reaches no resource, for it names none or one that is not there: an Allow on any resource will do.
SOME = "some"

VARIABLE = re.compile(r"\$\{([^}]*)\}")
ELEMENTS = frozenset(
    ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One permission that a call needs.

    `resource` is an ARN; "*" for an action that has no resource; SOME; empty when we do not know which one it has.
    """

    action: str  # "s3:GetObject"
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, its elements as lists."""

    effect: Literal["Allow", "Deny"]
    sid: str
    actions: re.Pattern[str]
    not_actions: bool
    resources: Values
    not_resources: bool
    principals: Mapping[str, Values] | None  # None in identity policies
    not_principals: bool
    conditions: tuple[tuple[str, str, Values], ...]  # operator, key, values
    variables: bool  # policies before 2012-10-17 have none

    def speaks_of(self, ask: Ask, keys: Keys) -> bool:
        """Whether actions, resources and conditions fit. Raises UnknownElementError when that cannot be told."""
        named = self.actions.fullmatch(ask.action) is not None
        if named is self.not_actions or not self._covers(ask, keys):
            return False
        return all(holds(op, self._filled(values, keys), keys(key)) for op, key, values in self.conditions)

    def _covers(self, ask: Ask, keys: Keys) -> bool:
        if not self.resources:  # trust policies have none: the role is the resource
            return True
        if ask.resource == SOME:
            return self.effect == "Allow" or self.resources == ("*",)
        covered = any(
            matches(pattern, ask.resource or "*")
            for resource in self.resources
            if (pattern := self._filled_one(resource, keys)) is not None
        )
        if not ask.resource and self.effect == "Deny" and self.resources != ("*",):
            raise UnknownElementError(f"the resource of {ask.action}, which a Deny on some resources speaks of")
        return covered is not self.not_resources

    def _filled(self, values: Values, keys: Keys) -> Sequence[str]:
        return [filled for value in values if (filled := self._filled_one(value, keys)) is not None]

    def _filled_one(self, text: str, keys: Keys) -> str | None:
        return _fill(text, keys) if self.variables and "${" in text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy and its name, for messages."""

    name: str
    statements: tuple[Statement, ...]


@lru_cache(maxsize=4096)
def compile_policy(name: str, document: str) -> Policy:
    """Compile a policy document. Raises UnknownElementError for an element that the language does not have."""
    policy = json.loads(document)
    statements = policy["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    variables = policy.get("Version") == "2012-10-17"
    return Policy(name=name, statements=tuple(_statement(name, s, variables) for s in statements))


def _statement(name: str, statement: Mapping[str, Any], variables: bool) -> Statement:
    if unknown := sorted(set(statement) - ELEMENTS):
        raise UnknownElementError(f"element {unknown[0]} in policy {name}")
    return Statement(
        effect=statement["Effect"],
        sid=statement.get("Sid", ""),
        actions=any_of(as_values(statement.get("Action", statement.get("NotAction", [])))),
        not_actions="NotAction" in statement,
        resources=as_values(statement.get("Resource", statement.get("NotResource", []))),
        not_resources="NotResource" in statement,
        principals=_principals(statement.get("Principal", statement.get("NotPrincipal"))),
        not_principals="NotPrincipal" in statement,
        conditions=tuple(
            (operator, key, as_values(value))
            for operator, block in statement.get("Condition", {}).items()
            for key, value in block.items()
        ),
        variables=variables,
    )


def _principals(element: Any) -> Mapping[str, Values] | None:
    if element is None:
        return None
    return {"AWS": ("*",)} if element == "*" else {kind: as_values(value) for kind, value in element.items()}


def _fill(text: str, keys: Keys) -> str | None:
    """The text with its policy variables replaced, None when the request lacks one that has no default."""
    values = {name: _variable(name, keys) for name in VARIABLE.findall(text)}
    if None in values.values():
        return None
    return VARIABLE.sub(lambda match: values[match[1]] or "", text)


def _variable(name: str, keys: Keys) -> str | None:
    key, _, default = name.partition(",")
    if key in ("*", "?", "$"):
        raise UnknownElementError(f"policy variable ${{{key}}}")
    found = keys(key.strip())
    value = found[0] if found and len(found) == 1 else default.strip().strip("'") or None
    if value and ("*" in value or "?" in value):
        raise UnknownElementError(f"a wildcard in the value of policy variable {key}")
    return value

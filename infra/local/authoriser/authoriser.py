"""From a call to a yes, or to the refusal that AWS words so."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.authoriser.asks import asks_of
from infra.local.authoriser.conditions import UnknownElementError
from infra.local.authoriser.decision import Decision, Policies, Principals, decide
from infra.local.authoriser.keys import Situation, principal_arn
from infra.local.authoriser.policy import SOME, Ask
from infra.local.authoriser.queries import StartedQueries
from infra.local.authoriser.sources import (
    identity_policies,
    permissions_boundary,
    principal_of,
    resource_policy,
    session_policy,
)
from infra.local.call import Call
from infra.local.errors import FaultError

# Services that spell an action in messages otherwise than in policies.
SPELLINGS: Mapping[str, str] = {"sns": "SNS:{name}"}
LOWER_CASE = frozenset({"sqs"})
# Services that say "on resource: *" where there is none to name.
NAMES_STAR = frozenset({"iam", "lambda", "organizations"})
# Services that do not say which policy was missing.
WITHOUT_REASON = frozenset({"sts"})
OPENINGS: Mapping[str, str] = {"ec2": "You are not authorized to perform this operation. "}


def check(call: Call, queries: StartedQueries) -> None:
    """Raise FaultError("denied") unless every permission that the call needs is given.

    Raises FaultError("broken") when a policy says something that the evaluator does not know.
    """
    try:
        for ask in asks_of(call, queries):
            decision = decision_for(call, ask)
            if decision.result != "allowed":
                raise FaultError("denied", denial_message(call, ask, decision))
    except UnknownElementError as error:
        action = f"{call.service}:{call.operation}"
        raise FaultError(
            "broken", f"Local AWS cannot decide whether {call.caller.arn} may call {action}: it does not know {error}."
        ) from error


def decision_for(call: Call, ask: Ask) -> Decision:
    """Decide one permission of a call. Raises UnknownElementError."""
    if call.operation == "AssumeRole" and "PolicyArns" in call.parameters:
        raise UnknownElementError("session policies by ARN (PolicyArns)")
    principal = principal_of(call.caller)
    if principal is None:
        return Decision(result="implicitDeny")
    of_resource, resource_account = resource_policy(call, ask)
    policies = Policies(
        identity=identity_policies(principal),
        boundary=permissions_boundary(principal),
        session=session_policy(call),
        resource=of_resource,
        resource_account=resource_account,
        trust=ask.action == "sts:AssumeRole",
    )
    principals = Principals(account_id=call.caller.account_id, arns=(call.caller.arn, principal_arn(call)))
    return decide(ask, Situation(call, ask, resource_account).key, policies, principals)


def denial_message(call: Call, ask: Ask, decision: Decision) -> str:
    """The refusal as the service words it."""
    action = _spelled(call.service, ask.action)
    text = f"{OPENINGS.get(call.service, '')}User: {call.caller.arn} is not authorized to perform: {action}"
    resource = ask.resource if ask.resource not in ("", "*", SOME) else "*" if call.service in NAMES_STAR else ""
    if resource:
        text += f' on resource: "{resource}"' if call.service == "s3" else f" on resource: {resource}"
    if call.service in WITHOUT_REASON:
        return text
    if decision.result == "explicitDeny":
        article = "an" if decision.layer == "identity-based policy" else "a"
        return f"{text} with an explicit deny in {article} {decision.layer}"
    return f"{text} because no {decision.layer} allows the {action} action"


def _spelled(service: str, action: str) -> str:
    name = action.partition(":")[2]
    if service in LOWER_CASE:
        return action.lower()
    return SPELLINGS.get(service, action).format(name=name)

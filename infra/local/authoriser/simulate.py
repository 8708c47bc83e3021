"""iam:SimulatePrincipalPolicy and iam:SimulateCustomPolicy, answered by the evaluator that decides about real calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from infra.local.authoriser.conditions import UnknownElementError, Values
from infra.local.authoriser.decision import Decision, Policies, Principals, decide
from infra.local.authoriser.policy import Ask, Policy, compile_policy
from infra.local.authoriser.sources import identity_policies, permissions_boundary
from infra.local.call import AwsError, Call
from infra.local.identity import role_named, user_named


def simulate(
    policies: Policies,
    principals: Principals,
    *,
    actions: Sequence[str],
    resources: Sequence[str] = ("*",),
    context: Mapping[str, Values] | None = None,
) -> list[tuple[Ask, Decision]]:
    """Decide every action on every resource, with no other condition keys than those of `context`.

    Raises UnknownElementError when a policy cannot be evaluated.
    """
    given = {name.lower(): values for name, values in (context or {}).items()}
    asks = [Ask(action=action, resource=resource) for action, resource in product(actions, resources)]
    return [(ask, decide(ask, lambda key: given.get(key.lower()), policies, principals)) for ask in asks]


def simulate_principal_policy(call: Call) -> Mapping[str, Any]:
    """The handler of iam:SimulatePrincipalPolicy."""
    arn = call.parameters["PolicySourceArn"]
    account_id, kind, name = arn.split(":")[4], arn.split(":")[5].partition("/")[0], arn.rpartition("/")[2]
    named = {"role": role_named, "user": user_named}.get(kind)
    principal = named(account_id, name) if named else None
    if principal is None or principal.arn != arn or account_id != call.caller.account_id:
        raise AwsError("NoSuchEntity", f"Invalid Entity Arn: {arn} does not exist", 404)
    policies = Policies(
        identity=identity_policies(principal) + _given_policies(call),
        boundary=permissions_boundary(principal),
        resource_account=account_id,
    )
    return _answer(call, policies, Principals(account_id=account_id, arns=(arn,)))


def simulate_custom_policy(call: Call) -> Mapping[str, Any]:
    """The handler of iam:SimulateCustomPolicy."""
    account_id = call.caller.account_id
    policies = Policies(identity=_given_policies(call), resource_account=account_id)
    return _answer(call, policies, Principals(account_id=account_id, arns=()))


HANDLERS = {
    ("iam", "SimulatePrincipalPolicy"): simulate_principal_policy,
    ("iam", "SimulateCustomPolicy"): simulate_custom_policy,
}


def _given_policies(call: Call) -> tuple[Policy, ...]:
    documents = call.parameters.get("PolicyInputList", [])
    return tuple(compile_policy(f"PolicyInputList.{n}", text) for n, text in enumerate(documents, 1))


def _answer(call: Call, policies: Policies, principals: Principals) -> Mapping[str, Any]:
    context = {
        entry["ContextKeyName"]: tuple(entry["ContextKeyValues"]) for entry in call.parameters.get("ContextEntries", [])
    }
    try:
        results = simulate(
            policies,
            principals,
            actions=call.parameters["ActionNames"],
            resources=call.parameters.get("ResourceArns", ["*"]),
            context=context,
        )
    except UnknownElementError as error:
        raise AwsError("PolicyEvaluation", f"Local AWS does not know {error}.", 501) from error
    return {"EvaluationResults": [_result(ask, decision) for ask, decision in results], "IsTruncated": False}


def _result(ask: Ask, decision: Decision) -> Mapping[str, Any]:
    return {
        "EvalActionName": ask.action,
        "EvalResourceName": ask.resource,
        "EvalDecision": decision.result,
        "MatchedStatements": [{"SourcePolicyId": policy.name} for policy, _ in decision.matched],
        "MissingContextValues": [],
    }

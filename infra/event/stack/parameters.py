"""What whoever deploys the event's stack gives it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnCondition, CfnParameter, Fn, Stack

from infra.account.template import template
from infra.event.limits import phases

_CONCURRENCY = {phase.id: phase.pace().at_once or 1 for phase in phases()}
STACKS_AT_ONCE = _CONCURRENCY["deploy"]
GRADED_AT_ONCE = _CONCURRENCY["grade"]  # where AWS has raised nothing
_SECRET = {
    "no_echo": True,
    "allowed_pattern": r"^[A-Za-z0-9._~:@%+=,/-]{22,128}$",
    "constraint_description": "22 to 128 letters, digits or any of . _ ~ : @ % + = , / -",
}
_KEY = {"allowed_pattern": r"^[A-Za-z0-9][A-Za-z0-9/._-]*$", "constraint_description": "the key of an object"}

_PARAMETERS: Mapping[str, dict[str, Any]] = {
    "LabSeed": {**_SECRET, "description": "All teams' stories are drawn from it and their accounts' ids."},
    "GraderExternalId": {**_SECRET, "description": "What is said when GraderRole of an account is assumed."},
    "SigningKey": {**_SECRET, "description": "Reports are signed with it."},
    "TokenKey": {**_SECRET, "description": "Teams' tokens for the page follow from it."},
    "OrganiserToken": {**_SECRET, "description": "The organiser's token for the page."},
    "Permissions": {
        "description": "How the stack set gets into the accounts: by roles in each, or by AWS Organizations.",
        "default": "SELF_MANAGED",
        "allowed_values": ["SELF_MANAGED", "SERVICE_MANAGED"],
    },
    "Concurrency": {
        "description": "How many accounts are graded at once.",
        "type": "Number",
        "default": 100,
        "min_value": 1,
        "max_value": GRADED_AT_ONCE,
    },
    "BudgetUsd": {"description": "Dollars a month for this account.", "type": "Number", "default": 50, "min_value": 1},
    "BudgetEmail": {
        "description": "Who hears when the budget is nearly spent, and of alarms. Empty: nobody.",
        "default": "",
        "allowed_pattern": r"^$|^[^@\s]+@[^@\s]+$",
        "constraint_description": "empty, or one e-mail address",
    },
    "StagingBucket": {
        "description": "The bucket that holds the functions' package and the account template.",
        "allowed_pattern": r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "constraint_description": "the name of a bucket",
    },
    "PackageKey": {**_KEY, "description": "The key of the functions' package there."},
    "LabTemplateKey": {**_KEY, "description": "The key of the account template there."},
}

_PASSED_ON = ("Store", "Bystanders")
"""Parameters of the account template, as they are there."""


class Parameters:
    """The parameters by name, and whether somebody is to be written to."""

    def __init__(self, stack: Stack) -> None:
        declared = {name: CfnParameter(stack, name, **properties) for name, properties in _PARAMETERS.items()}
        account = json.loads(template())["Parameters"]
        for name in _PASSED_ON:
            declared[name] = CfnParameter(
                stack,
                name,
                description=account[name]["Description"],
                default=account[name]["Default"],
                allowed_values=account[name]["AllowedValues"],
            )
        self.all: Mapping[str, CfnParameter] = declared
        is_empty = Fn.condition_equals(self.text("BudgetEmail"), "")
        self.has_email = CfnCondition(stack, "HasBudgetEmail", expression=Fn.condition_not(is_empty))
        by_service = Fn.condition_equals(self.text("Permissions"), "SERVICE_MANAGED")
        self.by_service = CfnCondition(stack, "IsServiceManaged", expression=by_service)

    def text(self, name: str) -> str:
        """What was given, as text."""
        return self.all[name].value_as_string

    def number(self, name: str) -> Any:
        """What was given, as a number."""
        return self.all[name].value_as_number

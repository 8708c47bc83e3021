"""What whoever deploys the account template may choose, and the conditions that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Aws, CfnCondition, CfnParameter, Fn, Stack

_PRINCIPAL = r"^$|^arn:aws[a-z-]*:(iam|sts)::\d{12}:[\w+=,.@/-]+$"

# Name, console label and properties, in the order in which the console asks for them.
_GROUPS: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "Lab": {
        "TeamId": (
            "Team",
            {
                "description": "The team that investigates this account, as reports and outputs name it.",
                "default": "solo",
                "allowed_pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$",
                "constraint_description": "2 to 64 letters, digits, dots, underscores or hyphens",
            },
        ),
        "LabSeed": (
            "Seed",
            {
                "description": "Secret of the whole lab: every team's story is drawn from it and the account id.",
                "no_echo": True,
                "allowed_pattern": r"^[A-Za-z0-9._~:@%+=,/-]{1,128}$",
                "constraint_description": "1 to 128 letters, digits or any of . _ ~ : @ % + = , / -",
            },
        ),
        "Bystanders": (
            "Harmless hosts",
            {
                "description": "How many harmless hosts there are: they list buckets and upload too.",
                "default": "2",
                "allowed_values": ["0", "1", "2", "3"],
            },
        ),
        "Store": (
            "Event store",
            {
                "description": "Where events are queried. CloudTrail Lake (lake) takes no new customers.",
                "default": "athena",
                "allowed_values": ["athena", "lake"],
            },
        ),
        "MachineImage": (
            "Machine image",
            {
                "description": "Public SSM parameter that names the Amazon Linux 2023 image of every host.",
                "type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
                "default": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            },
        ),
    },
    "Who may enter": {
        "LearnerPrincipal": (
            "Learner",
            {
                "description": "ARN that may assume LearnerRole. Empty: whom this account's own policies allow.",
                "default": "",
                "allowed_pattern": _PRINCIPAL,
                "constraint_description": "empty, or the ARN of an account root, user, role or session",
            },
        ),
        "GraderPrincipal": (
            "Grader",
            {
                "description": "ARN that may assume GraderRole. Empty: whom this account's own policies allow.",
                "default": "",
                "allowed_pattern": _PRINCIPAL,
                "constraint_description": "empty, or the ARN of an account root, user, role or session",
            },
        ),
        "GraderExternalId": (
            "Grader's external id",
            {
                "description": "What the grader must say when it assumes GraderRole. Empty: nothing.",
                "default": "",
                "allowed_pattern": r"^$|^[\w+=,.@:/-]{2,1224}$",
                "constraint_description": "empty, or 2 to 1224 letters, digits or any of _ + = , . @ : / -",
            },
        ),
        "GraderRoleName": (
            "Name of the grader's role",
            {
                "description": "For who has to know GraderRole's ARN beforehand. Empty: AWS names it.",
                "default": "",
                "allowed_pattern": r"^[\w+=,.@-]{0,64}$",
                "constraint_description": "empty, or up to 64 letters, digits or any of _ + = , . @ -",
            },
        ),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The values that stand for the deployer's choices; strings hold CDK tokens."""

    team: str
    lab_seed: str
    machine_image: str
    learner_principal: str  # an ARN: this account's root where none was given
    grader_principal: str  # likewise
    grader_external_id: str
    asks_external_id: CfnCondition
    grader_role_name: str  # nothing where AWS is to name it
    store: str  # its kind
    stores: Mapping[str, CfnCondition]  # by kind: the one that is chosen holds
    bystanders: tuple[CfnCondition, ...]  # the n-th holds where more than n bystanders are wanted


def declare(stack: Stack) -> Parameters:
    """Add the parameters, their console layout and their conditions to the stack."""
    asked = {
        name: CfnParameter(stack, name, **properties)
        for group in _GROUPS.values()
        for name, (_, properties) in group.items()
    }
    stack.template_options.metadata = {"AWS::CloudFormation::Interface": _layout()}
    return Parameters(
        team=asked["TeamId"].value_as_string,
        lab_seed=asked["LabSeed"].value_as_string,
        machine_image=asked["MachineImage"].value_as_string,
        learner_principal=_principal(stack, asked["LearnerPrincipal"]),
        grader_principal=_principal(stack, asked["GraderPrincipal"]),
        grader_external_id=asked["GraderExternalId"].value_as_string,
        asks_external_id=_given(stack, asked["GraderExternalId"]),
        grader_role_name=_or_none(stack, asked["GraderRoleName"]),
        store=asked["Store"].value_as_string,
        stores={kind: _is(stack, asked["Store"], kind) for kind in ("lake", "athena")},
        bystanders=tuple(_more_than(stack, asked["Bystanders"], n) for n in range(3)),
    )


def _layout() -> dict[str, Any]:
    """How the CloudFormation console shows the parameters."""
    return {
        "ParameterGroups": [
            {"Label": {"default": title}, "Parameters": list(group)} for title, group in _GROUPS.items()
        ],
        "ParameterLabels": {
            name: {"default": label} for group in _GROUPS.values() for name, (label, _) in group.items()
        },
    }


def _given(stack: Stack, parameter: CfnParameter) -> CfnCondition:
    is_empty = Fn.condition_equals(parameter.value_as_string, "")
    return CfnCondition(stack, f"Has{parameter.node.id}", expression=Fn.condition_not(is_empty))


def _or_none(stack: Stack, parameter: CfnParameter) -> str:
    given = _given(stack, parameter)
    return Fn.condition_if(given.logical_id, parameter.value_as_string, Aws.NO_VALUE).to_string()


def _is(stack: Stack, parameter: CfnParameter, value: str) -> CfnCondition:
    name = f"{parameter.node.id}Is{value.capitalize()}"
    return CfnCondition(stack, name, expression=Fn.condition_equals(parameter.value_as_string, value))


def _principal(stack: Stack, parameter: CfnParameter) -> str:
    own_root = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:root"
    given = _given(stack, parameter)
    return Fn.condition_if(given.logical_id, parameter.value_as_string, own_root).to_string()


def _more_than(stack: Stack, parameter: CfnParameter, count: int) -> CfnCondition:
    """CloudFormation's conditions compare for equality only: more than 1 is 2 or 3."""
    enough = [Fn.condition_equals(parameter.value_as_string, str(n)) for n in range(count + 1, 4)]
    expression = enough[0] if len(enough) == 1 else Fn.condition_or(*enough)
    return CfnCondition(stack, f"MoreThan{count}Bystanders", expression=expression)

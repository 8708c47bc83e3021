"""A NoEcho value is nowhere to be seen."""

from __future__ import annotations

import json
from typing import Any

SECRET = "the-seed-that-nobody-may-see"
PARAMETERS = {
    "Seed": {"Type": "String", "NoEcho": True},
    "Open": {"Type": "String", "Default": "for all to see"},
}
TEMPLATE = {
    "Parameters": PARAMETERS,
    "Resources": {
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "none"}},
    },
}
GIVEN = [{"ParameterKey": "Seed", "ParameterValue": SECRET}]
SHOWN = [
    {"ParameterKey": "Open", "ParameterValue": "for all to see"},
    {"ParameterKey": "Seed", "ParameterValue": "****"},
]


def by_key(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parameters, key=lambda parameter: str(parameter["ParameterKey"]))


def test_describe_stacks_shows_asterisks(aws: Any) -> None:
    """The parameter is there, its value is not; others are shown."""
    stack = aws.deploy(TEMPLATE["Resources"], given={"Seed": SECRET}, Parameters=PARAMETERS)
    assert by_key(stack["Parameters"]) == SHOWN


def test_change_sets_show_asterisks(aws: Any) -> None:
    """DescribeChangeSet masks as DescribeStacks does."""
    client = aws.client("cloudformation")
    client.create_change_set(
        StackName="stack",
        ChangeSetName="changes",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=GIVEN,
    )
    shown = client.describe_change_set(StackName="stack", ChangeSetName="changes")
    assert by_key(shown["Parameters"]) == SHOWN[1:]


def test_stack_sets_and_their_instances_show_asterisks(aws: Any) -> None:
    """DescribeStackSet and DescribeStackInstance mask too, the latter the overrides."""
    aws.let_stack_sets_in()
    client = aws.client("cloudformation")
    client.create_stack_set(StackSetName="set", TemplateBody=json.dumps(TEMPLATE), Parameters=GIVEN)
    client.create_stack_instances(
        StackSetName="set", Accounts=[aws.id], Regions=["us-east-1"], ParameterOverrides=GIVEN
    )
    instance = client.describe_stack_instance(
        StackSetName="set", StackInstanceAccount=aws.id, StackInstanceRegion="us-east-1"
    )["StackInstance"]
    assert by_key(client.describe_stack_set(StackSetName="set")["StackSet"]["Parameters"]) == SHOWN[1:]
    assert by_key(instance["ParameterOverrides"]) == SHOWN[1:]


def test_the_value_is_in_no_answer(aws: Any) -> None:
    """Every Describe and List operation about the stack leaves it out."""
    client = aws.client("cloudformation")
    aws.deploy(TEMPLATE["Resources"], given={"Seed": SECRET}, Parameters=PARAMETERS)
    answers = [
        client.describe_stacks(),
        client.list_stacks(),
        client.describe_stack_events(StackName="stack"),
        client.describe_stack_resources(StackName="stack"),
        client.list_stack_resources(StackName="stack"),
        client.get_template_summary(StackName="stack"),
        client.get_template(StackName="stack"),
    ]
    assert SECRET not in json.dumps(answers, default=str)

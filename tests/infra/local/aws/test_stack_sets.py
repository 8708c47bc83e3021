"""Stack sets give every account what it is to have."""

from __future__ import annotations

import json
import re
from typing import Any

TEMPLATE = json.dumps(
    {
        "Parameters": {"Team": {"Type": "String"}, "Size": {"Type": "String"}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/24"}}},
        "Outputs": {"Told": {"Value": {"Fn::Join": ["/", [{"Ref": "Team"}, {"Ref": "Size"}]]}}},
    }
)


def given(**values: str) -> list[dict[str, str]]:
    """Parameters as CloudFormation takes them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def test_overrides_leave_the_other_parameters(open_one: Any) -> None:
    """Those that are overridden are an account's own, the rest is the stack set's; each stack has AWS's name."""
    administrator, target = open_one(), open_one()
    sets = administrator.client("cloudformation")
    sets.create_stack_set(
        StackSetName="labs",
        TemplateBody=TEMPLATE,
        Parameters=given(Team="all", Size="small"),
        PermissionModel="SELF_MANAGED",
    )
    sets.create_stack_instances(
        StackSetName="labs", Accounts=[target.id], Regions=["us-east-1"], ParameterOverrides=given(Team="red")
    )
    sets.create_stack_instances(StackSetName="labs", Accounts=[administrator.id], Regions=["us-east-1"])
    told = {}
    for account in (administrator, target):
        (stack,) = account.client("cloudformation").describe_stacks()["Stacks"]
        assert re.fullmatch(r"StackSet-labs-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", stack["StackName"])
        told[account.id] = stack["Outputs"][0]["OutputValue"]
    assert told == {administrator.id: "all/small", target.id: "red/small"}
    shown = sets.describe_stack_instance(
        StackSetName="labs", StackInstanceAccount=target.id, StackInstanceRegion="us-east-1"
    )["StackInstance"]
    assert shown["ParameterOverrides"] == given(Team="red")
    sets.delete_stack_instances(
        StackSetName="labs", Accounts=[target.id, administrator.id], Regions=["us-east-1"], RetainStacks=False
    )
    assert target.client("cloudformation").describe_stacks()["Stacks"] == []

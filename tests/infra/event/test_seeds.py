"""One StackSet for all teams, with one set of parameters: every account gets a story of its own all the same."""

from __future__ import annotations

import base64
import json
import re

from infra.account.template import template
from infra.deploy.listener import bind
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account
from scenario.access import open_session
from scenario.stage import Stage
from scenario.story import draw, team_seed

ADMINISTRATOR, ACCOUNTS, REGION = "999999999999", ("111122223333", "444455556666"), "us-east-1"
SEED, ROLE = "the-events-seed", "AWSCloudFormationStackSetExecutionRole"


def test_a_stack_set_needs_no_overrides() -> None:
    """The instance works its seed out of LabSeed and its account's id, as the organiser does.

    All stacks then name the same team, the template's default: which team has which account is the roster's to say.
    """
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        administrator = open_session(open_account(ADMINISTRATOR), region=REGION, endpoint=cloud.endpoint)
        targets = [open_session(open_account(one), region=REGION, endpoint=cloud.endpoint) for one in ACCOUNTS]
        for target in targets:
            target.client("iam").create_role(
                RoleName="AWSCloudFormationStackSetExecutionRole",
                AssumeRolePolicyDocument=json.dumps({"Statement": []}),
            )
        cloudformation = administrator.client("cloudformation")
        cloudformation.create_stack_set(
            StackSetName="event",
            TemplateBody=template(),
            Parameters=[
                {"ParameterKey": "LabSeed", "ParameterValue": SEED},
                {"ParameterKey": "Bystanders", "ParameterValue": "0"},
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.create_stack_instances(StackSetName="event", Accounts=[*ACCOUNTS], Regions=[REGION])
        stages, played = [], []
        for target in targets:
            (stack,) = target.client("cloudformation").describe_stacks()["Stacks"]
            stages.append(Stage.from_stack(stack))
            shown = target.client("ec2").describe_instance_attribute(
                InstanceId=stages[-1].instance_id, Attribute="userData"
            )
            script = base64.b64decode(shown["UserData"]["Value"]).decode()
            played += re.findall(r"LAB_SEED='(.+)'\n.* --account '(\d+)'", script)
    assert [(stage.team, stage.account_id) for stage in stages] == [("solo", account) for account in ACCOUNTS]
    assert played == [(SEED, account) for account in ACCOUNTS]
    stories = [draw(team_seed(seed, account), REGION) for seed, account in played]
    assert stories[0].steps != stories[1].steps

"""In which states a stack can be deployed, and what CloudFormation may say of a plan."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra.deploy import deploying
from infra.deploy.change import StackInTheWayError, check, plan
from infra.deploy.stack import STACK_NAME, DeploymentError
from scenario.exits import Exit
from tests.infra.deploy.conftest import Spare

ID = "arn:aws:cloudformation:eu-west-1:111111111111:changeSet/lab/1"


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_stands_can_be_deployed(status: str) -> None:
    """As one that is not there yet."""
    assert (check({"StackStatus": status}), check(None)) == (status, "")


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        ("ROLLBACK_COMPLETE", "clear it with `lab teardown`, then deploy again"),
        ("DELETE_FAILED", "clear it with `lab teardown`, then deploy again"),
        ("UPDATE_ROLLBACK_FAILED", "clear it with `lab teardown`, then deploy again"),
        ("ROLLBACK_IN_PROGRESS", "wait until that has ended, then try again"),
        ("DELETE_IN_PROGRESS", "wait until that has ended, then try again"),
    ],
)
def test_a_stack_in_the_way_is_one_sentence(status: str, todo: str) -> None:
    """With its state, and what to do."""
    with pytest.raises(StackInTheWayError) as refused:
        check({"StackStatus": status})
    said = str(refused.value)
    assert said.startswith(f"stack {STACK_NAME} is {status}: ")
    assert said.endswith(todo)


def test_a_refused_plan_is_said_and_cleared() -> None:
    """Anything but an empty one."""
    client = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1").client(
        "cloudformation"
    )
    failed = {"Status": "FAILED", "StatusReason": "Requires capabilities"}
    with Stubber(client) as stub:
        stub.add_response("create_change_set", {"Id": ID, "StackId": "stack"})
        stub.add_response("describe_change_set", failed)
        stub.add_response("describe_change_set", failed)
        stub.add_response("delete_change_set", {}, {"ChangeSetName": ID})
        with pytest.raises(DeploymentError, match=f"refused to plan stack {STACK_NAME}: Requires capabilities"):
            plan(client, "{}", {}, "")
        stub.assert_no_pending_responses()


def test_a_deployment_that_is_under_way_is_waited_for(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its events are told, and then what is asked for is compared with what stands."""
    spare.deploy("--bystanders", "0", "--store", "lake")
    (stack,) = spare.session.client("cloudformation").describe_stacks()["Stacks"]
    looks: list[Any] = [{**stack, "StackStatus": "CREATE_IN_PROGRESS"}, stack]
    monkeypatch.setattr(deploying, "standing", lambda client: looks.pop(0))
    again = spare.deploy()
    said = again.err.splitlines()
    assert f"stack {STACK_NAME} is CREATE_IN_PROGRESS already: waiting until it stands" in said
    assert f"   0 s  CREATE_COMPLETE    AWS::CloudFormation::Stack {STACK_NAME}" in said
    assert (again.code, "nothing to change" in said[-1]) == (Exit.DONE, True)

"""`lab doctor`, as organisers type it, in accounts of local AWS."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.account.template import template
from infra.deploy.doctor.permissions import needed
from infra.deploy.stack import STACK_NAME, deploy
from scenario.exits import Exit
from tests.infra.deploy.conftest import REGION, Done, Spare

CALLED_OTHERWISE = {
    "lambda:CreateFunction20150331": "lambda:CreateFunction",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
}
"""Events that do not bear the name of the action that allows them."""


def doctor(spare: Spare) -> tuple[Done, dict[str, tuple[str, str]]]:
    """How `lab doctor --json` ended, and what it said of each check."""
    done = spare.lab("doctor", "--profile", "spare", "--json")
    return done, {one["check"]: (one["verdict"], one["about"]) for one in json.loads(done.out)}


def policy(effect: str, *actions: str) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": actions, "Resource": "*"}})


def test_a_fresh_account_is_fit_for_a_lab(spare: Spare) -> None:
    """For people it is a line a check."""
    done = spare.lab("doctor", "--profile", "spare")
    lines = [line.split(maxsplit=1) for line in done.out.splitlines()]
    assert (done.code, {verdict for verdict, _ in lines}) == (Exit.DONE, {"ok"})
    assert lines[0][1] == (
        f"credentials        account {spare.id}, region {REGION} at {spare.cloud.endpoint}, "
        f"as arn:aws:iam::{spare.id}:user/organiser"
    )
    assert lines[-1][1] == "leftovers          nothing of an earlier lab is there"


def test_what_is_a_problem_is_said_with_what_to_do(spare: Spare) -> None:
    """Full quotas, missing permissions, what an earlier lab left."""
    stage = deploy(spare.session, template(), {"LabSeed": "a-seed", "Bystanders": "0", "Store": "lake"})
    _, standing = doctor(spare)
    assert standing["leftovers"] == (
        "ok",
        f"a lab stands here ({STACK_NAME}): 1 instance, 2 buckets, 1 event data store, 1 stack",
    )
    assert standing["store"][1].startswith("`--store auto` takes lake: ")
    ec2, cloudtrail = spare.session.client("ec2"), spare.session.client("cloudtrail")
    ec2.create_snapshot(VolumeId=stage.volume_id)
    spare.session.client("cloudformation").delete_stack(StackName=STACK_NAME)
    for number in range(9):
        cloudtrail.create_event_data_store(Name=f"store-{number}")
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    spare.session.client("iam").put_user_policy(
        UserName="organiser", PolicyName="Less", PolicyDocument=policy("Deny", "iam:CreateRole", "ec2:Delete*")
    )
    done, said = doctor(spare)
    problems = {check: about for check, (verdict, about) in said.items() if verdict == "problem"}
    assert done.code == Exit.FAILED
    assert problems == {
        "permissions": "IAM's simulation refuses ec2:DeleteInternetGateway, ec2:DeleteNetworkAcl, "
        "ec2:DeleteNetworkInterface, ec2:DeleteRoute, ec2:DeleteRouteTable and 7 more: ask for them, or choose another "
        "--profile",
        "event data stores": "10 of 10 event data stores, 1 of them deleted less than seven days ago: choose --store "
        "athena, another region, or wait",
        "VPCs": "5 of 5 VPCs, and a lab takes 1: ask for more (Service Quotas, vpc L-F678F1CE)",
        "leftovers": "an earlier lab left 1 snapshot: clear it with `lab teardown`",
    }


def test_what_aws_does_not_answer_is_unknown(spare: Spare) -> None:
    """With the reason, and without keeping the other checks from their answers."""
    hidden = ("iam:SimulatePrincipalPolicy", "servicequotas:GetServiceQuota", "ssm:GetParameter")
    spare.session.client("iam").put_user_policy(
        UserName="organiser", PolicyName="Hidden", PolicyDocument=policy("Deny", *hidden)
    )
    done, said = doctor(spare)
    unknown = {check: about for check, (verdict, about) in said.items() if verdict == "unknown"}
    assert (done.code, list(unknown)) == (Exit.NOT_READY, ["permissions", "VPCs", "instances", "machine image"])
    assert "(AccessDenied) when calling the SimulatePrincipalPolicy operation" in unknown["permissions"]


def test_keys_that_nobody_knows_are_a_problem(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said as a finding, for nothing else can be looked at."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    done = spare.lab("doctor", "--region", REGION)
    assert (done.code, done.out.split()[:2]) == (Exit.FAILED, ["problem", "credentials"])


def test_the_needed_permissions_suffice(spare: Spare, tmp_path: Path) -> None:
    """With nothing else allowed a lab is deployed, and cleared; and what CloudFormation does is among them."""
    schema = json.loads(files("infra.deploy.doctor").joinpath("needed.schema.json").read_text("utf-8"))
    document = json.loads(files("infra.deploy.doctor").joinpath("needed.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
    actions = sorted({action for of_one in needed().values() for action in of_one})
    iam = spare.session.client("iam")
    iam.put_user_policy(UserName="organiser", PolicyName="Needed", PolicyDocument=policy("Allow", *actions))
    iam.delete_user_policy(UserName="organiser", PolicyName="AdministratorAccess")
    for store in ("lake", "athena"):
        assert spare.deploy("--store", store, "--bystanders", "0").code == Exit.DONE
        done = spare.lab("teardown", "--profile", "spare", "--yes", "--export", str(tmp_path / store))
        assert (done.code, (tmp_path / store / "events.jsonl").exists()) == (Exit.DONE, True)
    pages = spare.session.client("cloudtrail").get_paginator("lookup_events").paginate()
    records = [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]
    called = {action_of(record) for record in records if record["userIdentity"].get("userName") == "organiser"}
    own = {"iam:DeleteUserPolicy", "iam:PutUserPolicy", "sts:GetCallerIdentity"}  # the first two are this test's
    assert called - own <= set(actions)


def action_of(record: dict[str, Any]) -> str:
    """The action that a recorded call takes."""
    name = f"{record['eventSource'].partition('.')[0]}:{record['eventName']}"
    return CALLED_OTHERWISE.get(name, name)

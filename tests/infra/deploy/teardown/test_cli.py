"""`lab teardown`, as organisers type it, in accounts of local AWS."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.account.template import template
from infra.cli import INTERRUPTED
from infra.deploy.stack import STACK_NAME, deploy
from infra.deploy.state import StateFolder
from infra.deploy.teardown.teardown import HELD
from scenario.exits import Exit
from scenario.stage import Stage
from tests.infra.deploy.accounts import everything, grade, leave_traces, play_stories, solve
from tests.infra.deploy.conftest import REGION, Spare
from tests.infra.deploy.test_state import a_lab

TEARDOWN = ("teardown", "--profile", "spare")


def lab(spare: Spare) -> Stage:
    """A small lab that stands."""
    return deploy(spare.session, template(), {"LabSeed": "a-seed", "Bystanders": "0", "Store": "lake"})


def test_labs_come_and_go_in_one_account_and_leave_nothing(spare: Spare, tmp_path: Path) -> None:
    """Two labs are deployed, attacked, solved and removed: neither leaves anything, nor enters the other's grade."""
    before = everything(spare.session)
    for store in ("lake", "athena"):
        assert spare.deploy("--store", store, "--bystanders", "1").code == Exit.DONE
        play_stories(spare)
        assert grade(spare).score == 0
        solve(spare)
        report = grade(spare)
        assert (report.score, report.max) == (100, 100)
        team, saved = spare.folder.load().teams[0], tmp_path / store
        leave_traces(team.access.session(), team.stage)
        done = spare.lab(*TEARDOWN, "--export", str(saved), answer="y\n")
        assert (done.code, everything(spare.session)) == (Exit.DONE, before), done.out
        stack, reports, events = (saved / name for name in ("stack.json", "reports.json", "events.jsonl"))
        assert json.loads(stack.read_text())["outputs"]["StoreId"] == team.stage.store_id
        assert json.loads(stack.read_text())["parameters"]["LabSeed"] == "****"
        assert json.loads(reports.read_text())[-1]["score"] == 100
        calls = [json.loads(line)["eventName"] for line in events.read_text().splitlines()]
        assert {"PutObject", "TerminateInstances", "CreateImage"} <= set(calls)
        again = spare.lab(*TEARDOWN)
        assert (again.code, again.out) == (Exit.DONE, "nothing of a lab is there\n")
        assert not spare.folder.deployment.exists()


def test_it_says_what_would_go_and_asks(spare: Spare) -> None:
    """For people and for machines; a no, and a dry run, leave everything as it is."""
    stage = lab(spare)
    there = everything(spare.session)
    dry = spare.lab(*TEARDOWN, "--dry-run", "--json")
    found = json.loads(dry.out)["found"]
    assert (dry.code, found["instance"]) == (Exit.DONE, [stage.instance_id])
    assert list(found) == ["instance", "bucket", "event data store", "stack"]
    refused = spare.lab(*TEARDOWN, answer="n\n")
    assert refused.code == INTERRUPTED
    assert f"  1 instance: {stage.instance_id}" in refused.err.splitlines()
    assert everything(spare.session) == there


def test_for_machines_it_says_what_went_and_what_stays(spare: Spare) -> None:
    """As one document."""
    stage = lab(spare)
    done = spare.lab(*TEARDOWN, "--yes", "--json")
    document = json.loads(done.out)
    (store,) = document["found"]["event data store"]
    assert {"what": "instance", "id": stage.instance_id} in document["removed"]
    assert (done.code, document["refused"]) == (Exit.DONE, [])
    assert document["held"] == [{"what": "event data store", "id": store, "why": HELD}]


def test_a_protected_stack_loses_nothing(spare: Spare) -> None:
    """Somebody has said that it must stay: the sentence says how to take that back."""
    spare.session.client("cloudformation").create_stack(
        StackName=STACK_NAME,
        TemplateBody=template(),
        Parameters=[{"ParameterKey": "LabSeed", "ParameterValue": "a-seed"}],
        Capabilities=["CAPABILITY_IAM"],
        EnableTerminationProtection=True,
    )
    there = everything(spare.session)
    done = spare.lab(*TEARDOWN, "--yes")
    assert (done.code, "--no-enable-termination-protection" in done.err) == (Exit.AWS, True)
    assert everything(spare.session) == there


def test_what_aws_refuses_is_said_and_is_no_success(spare: Spare) -> None:
    """With the reason, and what to do."""
    ec2, stage = spare.session.client("ec2"), lab(spare)
    snapshot = ec2.create_snapshot(VolumeId=stage.volume_id)["SnapshotId"]
    ec2.lock_snapshot(SnapshotId=snapshot, LockMode="governance", LockDuration=1)
    done = spare.lab(*TEARDOWN, "--yes")
    assert done.code == Exit.AWS
    refused, _, advice = done.out.splitlines()[1:]
    assert refused.startswith(f"  stays: snapshot {snapshot}: ")
    assert refused.endswith("is locked and cannot be deleted.")
    assert advice == "run `lab teardown` again once the reasons are gone"


def test_killed_in_the_middle_it_goes_on(spare: Spare) -> None:
    """A process that had no time to say anything has lost nothing."""
    before = everything(spare.session)
    lab(spare)
    command = [sys.executable, "-m", "infra.cli", *TEARDOWN, "--state", str(spare.folder.path), "--yes"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(line.startswith("clearing 1 instance") for line in process.stderr)
        process.kill()
    assert spare.lab(*TEARDOWN, "--yes").code == Exit.DONE
    assert everything(spare.session) == before


def test_the_state_folder_says_where_its_lab_is(spare: Spare) -> None:
    """The region need not be said again, and another lab's end is not its end."""
    spare.deploy("--bystanders", "0", "--region", "eu-west-1")
    elsewhere = spare.lab(*TEARDOWN, "--region", REGION)
    assert elsewhere.out == "nothing of a lab is there\n"
    assert elsewhere.err.splitlines()[-1] == (
        f"the lab of {spare.folder.path} is another one: in account {spare.id}, region eu-west-1"
    )
    assert spare.lab(*TEARDOWN, "--yes").out.startswith("removed ")
    assert not spare.folder.deployment.exists()


def test_a_state_that_nobody_can_read_is_no_hindrance(spare: Spare) -> None:
    """For none is needed."""
    lab(spare)
    spare.folder.prepare()
    spare.folder.deployment.write_text("{}")
    assert spare.lab(*TEARDOWN, "--yes").code == Exit.DONE


def test_whose_account_is_meant_has_to_be_said(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's default profile is cleared by accident, and a lab of this machine is no account's."""
    monkeypatch.setenv("AWS_PROFILE", "spare")
    unsaid = spare.lab("teardown")
    assert (unsaid.code, "--profile NAME" in unsaid.err) == (Exit.USAGE, True)
    with spare.folder.held():
        StateFolder(spare.folder.path).save(a_lab())
    local = spare.lab("teardown", "--yes")
    assert (local.code, "`lab down` ends it" in local.err) == (Exit.USAGE, True)
    assert spare.lab(*TEARDOWN).out == "nothing of a lab is there\n"

"""`lab deploy` and `lab cost`, as organisers type them, into accounts of local AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from infra.account.template import template
from infra.cli import INTERRUPTED
from infra.deploy.identities import Profile
from infra.deploy.stack import STACK_NAME
from infra.local.call import AwsError
from infra.local.faults import PATH, Fault
from infra.local.lab_client import LabClient
from infra.local.lake import Lake
from scenario.exits import Exit
from scenario.stage import Stage
from tests.infra.deploy.conftest import REGION, Spare

QUICK = ("--bystanders", "0", "--store", "lake")


def shown(spare: Spare) -> dict[str, Any]:
    """The lab's stack."""
    return dict(spare.session.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0])


def test_a_lab_is_deployed_and_written_down(spare: Spare) -> None:
    """It says where, for how much and what it makes, and asks; the state has the learner's session, and no keys."""
    done = spare.deploy(*QUICK, "--team", "red")
    assert (done.code, done.out) == (
        Exit.DONE,
        f"the lab of team red stands in account {spare.id}: next come `lab wait` and `lab serve`\n",
    )
    said = done.err.splitlines()
    assert said[0] == (
        f"the lab of team red in account {spare.id}, region {REGION} at {spare.cloud.endpoint}, "
        f"as arn:aws:iam::{spare.id}:user/organiser"
    )
    assert said[1:3] == [f"  stack  {STACK_NAME} (to be created)", "  store  lake, with 0 bystanders"]
    assert said[3].startswith("  cost   about $0.03 an hour, $0.")
    assert "  Add        1  AWS::CloudTrail::EventDataStore" in said
    assert said[-1].endswith(f"CREATE_COMPLETE    AWS::CloudFormation::Stack {STACK_NAME}")
    lab = spare.folder.load()
    team = lab.team("red")
    assert (lab.kind, lab.endpoint, team.organiser) == ("aws", spare.cloud.endpoint, Profile("spare"))
    assert team.stage == Stage.from_stack(shown(spare))
    expires = team.access.credentials.expires_at
    assert expires is not None
    assert expires > datetime.now(UTC)
    assert team.access.session().client("sts").get_caller_identity()["Arn"].endswith("/red")


def test_deploying_again_changes_nothing_or_what_is_asked_for(spare: Spare) -> None:
    """Seed, external id and tokens stay; another seed is refused; what would be lost is asked for once more."""
    spare.deploy(*QUICK)
    first = spare.folder.load()
    again = spare.deploy()
    assert f"stack {STACK_NAME} is as it should be: nothing to change" in again.err
    more = spare.deploy("--bystanders", "1", "--yes", answer="")
    assert "  Add        1  AWS::EC2::Instance" in more.err.splitlines()
    second = spare.folder.load()
    assert len(second.teams[0].stage.bystander_instance_ids) == 1
    assert (second.seed, second.organiser_token) == (first.seed, first.organiser_token)
    assert second.teams[0].access.token == first.teams[0].access.token
    assert second.teams[0].grader_external_id == first.teams[0].grader_external_id
    fewer = spare.deploy("--bystanders", "0", answer="y\nn\n")
    gone = "This takes away, replaces or restarts BackApiInstance, BackApiProfile, BackApiRole."
    assert (fewer.code, gone in fewer.err) == (INTERRUPTED, True)
    machine = spare.deploy("--bystanders", "0", "--yes")
    assert (machine.code, machine.err.splitlines()[-1]) == (
        Exit.USAGE,
        f"Error: {gone} Nothing was changed: --replace allows it",
    )
    assert "nothing to change" in spare.deploy().err
    refused = spare.deploy("--seed", "another")
    assert refused.code == Exit.USAGE
    assert "has a seed and a team already (blue)" in refused.err


def test_an_interrupted_deployment_is_gone_on_with(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever that was: the seed and the external id are written down before AWS is asked for anything."""

    def interrupt(*_: object, **settings: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("infra.deploy.deploying.carry_out", interrupt)
        stopped = spare.deploy(*QUICK)
    assert (stopped.code, "`lab deploy` again waits for it" in stopped.err) == (INTERRUPTED, True)
    assert shown(spare)["StackStatus"] == "REVIEW_IN_PROGRESS"
    begun = json.loads(spare.folder.deployment.read_text())
    status = spare.lab("status")
    assert (status.code, "`lab deploy` goes on with it" in status.err) == (Exit.NOT_READY, True)
    assert spare.deploy().code == Exit.DONE
    lab = spare.folder.load()
    assert (lab.seed, lab.teams[0].grader_external_id) == (begun["seed"], begun["external_id"])
    spare.folder.deployment.write_text('{"seed": "kept"}')
    unreadable = spare.deploy()
    assert (unreadable.code, "`lab deploy --seed` with the seed that" in unreadable.err) == (Exit.NOT_READY, True)


def test_throttled_calls_are_made_again(spare: Spare) -> None:
    """Others in the account may use up its call rates."""
    client = LabClient(spare.cloud.endpoint, region=REGION, keys=spare.keys)
    for operation in ("CreateChangeSet", "ExecuteChangeSet", "DescribeStackEvents"):
        fault = Fault(kind="throttle", operation=f"cloudformation:{operation}", times=1, rate=1.0, seconds=0.0)
        client.call("POST", PATH, msgspec.json.encode(fault))
    assert spare.deploy(*QUICK).code == Exit.DONE
    struck = client.call("GET", PATH, b"")["faults"]
    assert [fault["struck"] for fault in struck] == [1, 1, 1]


def test_nobody_deploys_by_accident(spare: Spare) -> None:
    """Without a profile, without a yes, over a lab of this machine, and into another account than before."""
    assert spare.lab("deploy").code == Exit.USAGE
    assert "--profile NAME" in spare.lab("deploy").err
    no = spare.deploy(*QUICK, answer="n\n")
    nobody = spare.deploy(*QUICK, answer="")
    assert "nobody answered, for there is no terminal: --yes goes on" in nobody.err
    assert (no.code, nobody.code, spare.folder.deployment.exists()) == (INTERRUPTED, Exit.USAGE, False)
    assert spare.deploy("--profile", "nobody").code == Exit.AWS
    assert spare.deploy("--team", "!").code == Exit.USAGE


def test_a_failure_is_one_sentence_and_blocks_until_it_is_cleared(
    spare: Spare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first cause, what became of the stack, and what to do; deploying over it says so too."""

    def full(*_: object, **settings: object) -> None:
        raise AwsError("EventDataStoreMaxLimitExceededException", "The account already has the maximum of 10.")

    monkeypatch.setattr(Lake, "create_store", full)
    failed = spare.deploy(*QUICK)
    assert failed.code == Exit.AWS
    assert failed.err.splitlines()[-1] == (
        f"Error: stack {STACK_NAME} could not be deployed: EventsLake (AWS::CloudTrail::EventDataStore): The account "
        "already has the maximum of 10. (Error Code: EventDataStoreMaxLimitExceededException). It is ROLLBACK_COMPLETE "
        "now: mend that, clear the stack with `lab teardown`, and then `lab deploy` again"
    )
    blocked = spare.deploy()
    assert blocked.code == Exit.NOT_READY
    assert f"stack {STACK_NAME} is ROLLBACK_COMPLETE: a deployment failed" in blocked.err


def test_a_stack_of_others_is_adopted_with_its_seed(spare: Spare) -> None:
    """As `cdk deploy` leaves it: nothing changes, and the lab is this folder's."""
    given = {"LabSeed": "known", "Bystanders": "0", "Store": "lake", "TeamId": "green"}
    spare.session.client("cloudformation").create_stack(
        StackName=STACK_NAME,
        TemplateBody=template(),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    without = spare.deploy()
    assert (without.code, "say the seed that it was deployed with" in without.err) == (Exit.USAGE, True)
    wrong = spare.deploy("--seed", "another", answer="y\nn\n")
    assert (wrong.code, "restarts WebInstance" in wrong.err) == (INTERRUPTED, True)
    adopted = spare.deploy("--seed", "known")
    assert "nothing to change" in adopted.err
    assert spare.folder.load().team("green").stage == Stage.from_stack(shown(spare))


def test_what_a_lab_costs(spare: Spare) -> None:
    """By its store and its bystanders; the sums are those of the items."""
    full, bare = (json.loads(spare.lab("cost", *options, "--json").out) for options in ((), ("--bystanders", "0")))
    assert full["hourly"] == pytest.approx(sum(item["hourly"] for item in full["items"]), abs=1e-4)
    assert (full["daily"], bare["daily"]) == (pytest.approx(full["hourly"] * 24, abs=0.01), bare["daily"])
    assert full["items"][0] | {"date": "", "source": ""} == {
        "about": "t3.micro instance, Linux, on demand",
        "count": 3,
        "hourly": 0.0312,
        "date": "",
        "source": "",
        "read_there": False,
    }
    assert bare["items"][0]["count"] == 1
    text = spare.lab("cost", "--store", "lake").out
    assert text.startswith("a lab costs about $0.0")
    assert ("CloudTrail Lake" in text, "Athena" in text) == (True, False)

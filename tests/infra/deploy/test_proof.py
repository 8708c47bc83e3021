"""`lab validate --aws`: a whole lab in an account that is empty before and after."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.deploy import proof
from infra.deploy.deploying import deploy_lab
from infra.deploy.stack import STACK_NAME
from infra.deploy.state import Lab
from infra.local.metadata import first_credentials_of
from scenario.exits import Exit
from scenario.story import draw, team_seed
from scenario.traffic import play
from tests.infra.deploy.accounts import everything
from tests.infra.deploy.conftest import Spare

VALIDATE = ("validate", "--aws", "--profile", "spare", "--yes", "--store", "athena", "--timeout", "60s")


@pytest.fixture
def played(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """On local AWS no instance runs: its story is played once the lab is deployed."""

    def deploy_and_play(*args: Any, **settings: Any) -> Lab:
        lab = deploy_lab(*args, **settings)
        stage = lab.teams[0].stage
        keys = first_credentials_of(spare.id, stage.region, stage.instance_id, deliver=spare.cloud.late.take)
        session = keys.session(region=stage.region, endpoint=spare.cloud.endpoint)
        assert play(draw(team_seed(lab.seed, spare.id), stage.region), stage, session).surprises == ()
        return lab

    monkeypatch.setattr(proof, "deploy_lab", deploy_and_play)


def test_a_lab_is_proved_and_nothing_is_left(spare: Spare, played: None) -> None:
    """The reference learner gets all points, an untouched lab none."""
    before = everything(spare.session)
    done = spare.lab(*VALIDATE, "--json")
    said = json.loads(done.out)
    assert (done.code, said["passed"], said["left"]) == (Exit.DONE, True, [])
    assert (said["untouched"]["score"], said["solved"]["score"]) == (0, 100)
    assert everything(spare.session) == before


def test_a_lab_that_fails_is_torn_down_too(spare: Spare) -> None:
    """Here nobody plays the story, so that nothing ever comes."""
    late = spare.lab(*VALIDATE[:-1], "0s")
    assert (late.code, "the store of team canary does not have" in late.err) == (Exit.NOT_READY, True)
    assert spare.session.client("cloudformation").describe_stacks()["Stacks"] == []


def test_only_a_spare_account_is_taken(spare: Spare) -> None:
    """Never one in which somebody's lab stands."""
    spare.deploy("--bystanders", "0", "--store", "lake")
    refused = spare.lab(*VALIDATE)
    assert (refused.code, "a validation takes a spare account" in refused.err) == (Exit.NOT_READY, True)
    stacks = spare.session.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in stacks] == [STACK_NAME]
    assert spare.lab("validate", "--aws", "--all").code == Exit.USAGE
    assert spare.lab("validate", "--profile", "spare").code == Exit.USAGE

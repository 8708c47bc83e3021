"""A lab whose events are late: what a learner has done is unknown at first, never held against anyone, then proved."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from grader.client import Portal
from grader.report import Verdict
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running
from infra.local.lab_client import LabClient
from infra.local.late import latest
from infra.local.reset import PATH
from scenario.query import Lake
from scenario.responders.reference import ReferenceLearner
from scenario.story import draw, team_seed
from scenario.workshop import tasks

DELAY = timedelta(seconds=4)
PATIENCE = 60.0  # seconds
CONTAINMENT = {task.id for task in tasks() if task.kind != "answer"}


@pytest.fixture
def late_lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab of its own with `--event-delay 4s`."""
    plan = Plan(background=100, bystanders=1, event_delay=DELAY)
    with running(plan, StateFolder(tmp_path), say=lambda _: None) as lab:
        yield lab


def terminations(team: Team) -> int:
    """How many the store knows of."""
    sql = f"select eventid from {team.access.store_id} where eventname = 'TerminateInstances'"
    return len(Lake(team.access.session()).run(sql).rows)


def verdicts(portal: Portal) -> dict[str, Verdict]:
    """What the grader says of each goal of the containment."""
    return {finding.id: finding.verdict for finding in portal.report().findings if finding.id in CONTAINMENT}


def test_late_events_are_unknown_then_pass(late_lab: Lab) -> None:
    """The story is there at once; containment is not seen at first, and passes as soon as its events have come."""
    (team,) = late_lab.teams
    learner = ReferenceLearner(team.access.session(), store_id=team.access.store_id)
    instance = learner.instance_id()
    assert (instance, terminations(team)) == (team.stage.instance_id, 0)
    learner.contain(instance)
    portal = Portal(team.access.portal, team.access.token)
    assert terminations(team) == 0
    first = verdicts(portal)
    assert (Verdict.FAIL in first.values(), Verdict.UNKNOWN in first.values()) == (False, True)
    deadline = time.monotonic() + PATIENCE
    while Verdict.UNKNOWN in (found := verdicts(portal)).values() and time.monotonic() < deadline:
        time.sleep(1)
    assert found == dict.fromkeys(CONTAINMENT, Verdict.PASS)
    assert terminations(team) == 1


def test_a_second_lab_is_complete_at_once(late_lab: Lab, tmp_path: Path) -> None:
    """After a reset the story is there as at the first time, and nothing comes after it of what was done before."""
    (old,) = late_lab.teams
    ReferenceLearner(old.access.session(), store_id=old.access.store_id).contain(old.stage.instance_id)
    client = LabClient(str(late_lab.endpoint), region=late_lab.region, keys=old.keys())
    client.call("POST", PATH, json.dumps({"new_seed": False}).encode())
    team = StateFolder(tmp_path).load().team("blue")
    story = draw(team_seed(late_lab.seed, team.stage.account_id), late_lab.region)
    by_host = f"useridentity.principalid like '%:{team.stage.instance_id}'"
    sql = f"select eventid from {team.access.store_id} where {by_host}"
    assert len(Lake(team.access.session()).run(sql).rows) == len(story.steps)
    time.sleep(latest(DELAY).total_seconds())
    assert terminations(team) == 0

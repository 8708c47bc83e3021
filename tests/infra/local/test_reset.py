"""A second try: a fresh lab for one team, while the other goes on."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError

from grader.client import Portal, TokenRefusedError
from grader.submissions import SubmissionLog
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running
from infra.local.lab_client import LabClient, LabRefusedError
from infra.local.reset import PATH
from scenario.access import Credentials
from scenario.answer_key import key_of
from scenario.responders.reference import ReferenceLearner


def reset(lab: Lab, keys: Credentials, *, new_seed: bool) -> None:
    LabClient(str(lab.endpoint), region=lab.region, keys=keys).call(
        "POST", PATH, json.dumps({"new_seed": new_seed}).encode()
    )


def solve(team: Team) -> float:
    """What the reference learner earns with what this team has."""
    portal = Portal(team.access.portal, team.access.token)
    sheet = ReferenceLearner(team.access.session(), store_id=team.access.store_id).respond()
    portal.submit(json.dumps(sheet).encode())
    return portal.report().score


def test_a_team_begins_anew(tmp_path: Path) -> None:
    """After a reset nothing counts that was before, the same lab or another one can be solved, and others go on."""
    folder = StateFolder(tmp_path)
    with running(Plan(teams=("red", "blue"), background=500), folder, say=lambda _: None) as lab:
        first, blue = lab.teams
        assert solve(first) == 100

        reset(lab, first.keys(), new_seed=False)
        same = folder.load().team("red")
        assert same.stage.account_id == first.stage.account_id
        assert same.stage.store_id != first.stage.store_id
        assert same.access.token == first.access.token
        drop = {"instance_id"}  # the same story, on another instance
        keys = [key_of(team.stage, lab.seed) for team in (first, same)]
        assert [keys[0][name] == keys[1][name] for name in keys[0]] == [name not in drop for name in keys[0]]
        with pytest.raises(ClientError, match="AuthFailure"):
            first.access.session().client("ec2").describe_instances()
        assert Portal(lab.portal, same.access.token).report().score == 0
        assert solve(same) == 100

        reset(lab, same.keys(), new_seed=True)
        other = folder.load().team("red")
        assert other.stage.account_id != first.stage.account_id
        assert key_of(other.stage, lab.seed) != keys[0]
        assert solve(other) == 100

        assert folder.load().team("blue") == blue
        assert solve(blue) == 100
    with SubmissionLog.open(folder.submissions) as log:
        tries = [first.stage.store_id, same.stage.store_id, other.stage.store_id]
        assert [len(log.sheets(lab_id)) for lab_id in tries] == [1, 1, 1]
        scores = [[report.score for report in log.reports(lab_id)] for lab_id in tries]
        assert scores == [[100], [0, 100], [100]]


def test_a_learner_cannot_reset(lab: Lab, team: Team) -> None:
    """The door is for organisers' keys only."""
    with pytest.raises(LabRefusedError, match="for the organiser only"):
        reset(lab, team.access.credentials, new_seed=False)


def test_the_organisers_page_gives_a_new_link_and_a_fresh_lab(tmp_path: Path) -> None:
    """The state folder knows of both, so that `lab env` and `lab status` do; reports and AWS keys outlive a link."""
    folder, own = StateFolder(tmp_path), {"Sec-Fetch-Site": "same-origin"}
    with running(Plan(background=500), folder, say=lambda _: None) as lab:
        (before,) = lab.teams
        assert solve(before) == 100
        with httpx.Client(base_url=lab.portal, headers=own, timeout=60) as organiser:
            organiser.post("/visit", json={"token": lab.organiser_token})
            answer = organiser.post("/organiser/teams/blue/reissue")
            (after,) = folder.load().teams
            assert lab.link(after.access.token) in answer.text
            assert replace(after, access=replace(after.access, token=before.access.token)) == before
            with pytest.raises(TokenRefusedError):
                Portal(lab.portal, before.access.token).team()
            assert Portal(lab.portal, after.access.token).report().score == 100

            organiser.post("/organiser/teams/blue/reset", data={"new_seed": "on"})
            deadline = time.monotonic() + 60
            while folder.load().teams == (after,):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        (fresh,) = folder.load().teams
        assert fresh.access.token == after.access.token
        assert fresh.stage.account_id != after.stage.account_id
        assert Portal(lab.portal, fresh.access.token).report().score == 0

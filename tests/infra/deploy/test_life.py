"""A lab that `lab deploy` has made, from waiting to grading, by the verbs that organisers and learners type."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cli import lab as stem
from infra.deploy import readiness
from infra.deploy.identities import Profile
from infra.deploy.learners import SessionOverError, fresh_access
from infra.deploy.serve import serving
from infra.deploy.state import Lab, LabIsUpError
from infra.local.lab import Plan, running
from scenario.answer_key import key_of
from scenario.exits import Exit
from tests.infra.deploy.accounts import play_stories
from tests.infra.deploy.conftest import Spare
from tests.infra.deploy.test_state import a_lab

QUICK = ("--bystanders", "0", "--store", "lake")


def test_a_lab_is_waited_for_served_and_graded(spare: Spare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a lab on this machine: only where it stands is another place."""
    monkeypatch.setattr(readiness, "FIRST_PAUSE", 0.01)
    spare.deploy(*QUICK)
    late = spare.lab("wait", "--timeout", "0s")
    assert late.code == Exit.NOT_READY
    assert "S3 data events can be queried about 5 minutes after the call, at times 15" in late.err.splitlines()
    key = key_of((lab := spare.folder.load()).teams[0].stage, lab.seed)
    assert f"any of its {len(key['uploaded_files'])} S3 data events" in late.err
    assert "`lab replay` has it play once more" in late.err

    play_stories(spare)
    ready = spare.lab("wait", "--json")
    assert (ready.code, json.loads(ready.out)["blue"] | {"seconds": 0}) == (
        Exit.DONE,
        {"ready": True, "seconds": 0, "missing": {"S3 data events": [], "management events": []}},
    )
    assert f"S3 data events: {len(key['uploaded_files'])} of {len(key['uploaded_files'])}" in ready.err

    before = spare.lab("status")
    assert (before.code, before.out.splitlines()[0]) == (
        Exit.NOT_READY,
        "The lab stands on AWS; its page does not answer: `lab serve`",
    )
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps(key))
    with serving(spare.folder, 0, say=lambda text: None) as up:
        now = spare.lab("status", "--json")
        shown = json.loads(now.out)
        assert (now.code, shown["kind"], shown["portal"], shown["stacks"]) == (
            Exit.DONE,
            "aws",
            up.portal,
            {"blue": "CREATE_COMPLETE"},
        )
        with urllib.request.urlopen(f"{up.portal}/") as page:
            assert page.status == 200
        assert spare.lab("submit", str(sheet)).code == Exit.DONE
        graded = json.loads(spare.lab("grade", "--json").out)
        assert [f["id"] for f in graded["findings"] if f["verdict"] == "pass"] == list(key)
        with pytest.raises(LabIsUpError), spare.folder.held():
            pass
    exported = json.loads(spare.lab("export", "--format", "json").out)
    assert exported["score"] == graded["score"]


def test_what_is_missing_is_named(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one where others of its kind are there."""
    spare.deploy(*QUICK)
    lab = spare.folder.load()
    key = key_of(lab.teams[0].stage, lab.seed)
    there = key | {"uploaded_files": key["uploaded_files"][1:]}
    monkeypatch.setattr(readiness, "seen_in", lambda desk: readiness.needed_by(there))
    late = spare.lab("wait", "--timeout", "0s", "--json")
    missing = f"PutObject of {key['uploaded_files'][0]}"
    assert f"does not have: {missing}. Events come" in late.err
    assert json.loads(late.out)["blue"]["missing"] == {readiness.DATA: [missing], readiness.MANAGEMENT: []}


def test_the_instance_plays_again_while_it_runs(spare: Spare) -> None:
    """After a question; a terminated one does not."""
    spare.deploy(*QUICK)
    stage = spare.folder.load().teams[0].stage
    again = spare.lab("replay", answer="y\n")
    assert (again.code, f"instance {stage.instance_id} restarts" in again.out) == (Exit.DONE, True)
    spare.session.client("ec2").terminate_instances(InstanceIds=[stage.instance_id])
    over = spare.lab("replay", "--yes")
    assert over.code == Exit.NOT_READY
    assert f"instance {stage.instance_id} of team blue is terminated, and only a running one plays" in over.err


def ending(lab: Lab, left: timedelta, profile: str = "spare") -> Lab:
    """The lab with a learner's session that expires so soon, and this organiser."""
    (team,) = lab.teams
    credentials = replace(team.access.credentials, expires_at=datetime.now(UTC) + left)
    return replace(
        lab,
        teams=(replace(team, access=replace(team.access, credentials=credentials), organiser=Profile(profile)),),
    )


def test_sessions_are_renewed_near_their_end(spare: Spare) -> None:
    """And written down; where that cannot be, what is left of one is used, and one that is over is said to be."""
    spare.deploy(*QUICK)
    lab = spare.folder.load()
    spare.folder.save(ending(lab, timedelta(minutes=5)))
    exports = json.loads(spare.lab("env", "--json").out)
    renewed = spare.folder.load().teams[0].access
    assert exports == renewed.exports()
    assert renewed.credentials.expires_at is not None
    assert renewed.credentials.expires_at > datetime.now(UTC) + timedelta(minutes=50)
    assert "AWSAccessKeyId" not in exports
    stuck = ending(lab, timedelta(minutes=5), profile="nobody").teams[0]
    assert fresh_access(spare.folder, stuck) == stuck.access
    with pytest.raises(SessionOverError, match=r"team blue expired at .* UTC and cannot be renewed: .*nobody"):
        fresh_access(spare.folder, ending(lab, timedelta(minutes=-5), profile="nobody").teams[0])
    no_console = spare.lab("console")
    assert (no_console.code, "there is no console at http://127.0.0.1" in no_console.err) == (Exit.USAGE, True)


def test_labs_of_two_kinds_do_not_share_a_folder(tmp_path: Path, spare: Spare) -> None:
    """A lab on AWS is not forgotten by `lab up` or `lab down`, and a lab of this machine is not by `lab deploy`."""
    spare.folder.prepare()
    spare.folder.save(replace(a_lab("blue"), kind="aws", endpoint=None))
    refused_up = pytest.raises(LabIsUpError, match=r"a lab on AWS is kept in .*: end it with `lab teardown`")
    with refused_up, running(Plan(), spare.folder, say=lambda text: None):
        pass
    assert spare.lab("down").code == Exit.NOT_READY
    spare.folder.save(a_lab("blue"))
    refused = spare.deploy(*QUICK)
    assert (refused.code, "a lab on this machine is kept in" in refused.err) == (Exit.NOT_READY, True)
    assert spare.lab("replay").code == Exit.USAGE


@pytest.mark.parametrize("verb", ["deploy", "cost", "wait", "replay", "serve", "console"])
def test_every_verb_shows_how_it_is_called(verb: str) -> None:
    """With examples."""
    from click.testing import CliRunner

    shown: Any = CliRunner().invoke(stem, [verb, "--help"])
    assert f"Examples:\n    lab {verb}" in shown.output

"""The state folder: one lab's secrets, written in one step, held by one process."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.deploy.identities import Profile
from infra.deploy.state import ElsewhereError, Lab, LabIsUpError, NoLabError, NoTeamError, StateFolder, Team
from scenario.access import Access, Credentials
from scenario.stage import Stage


def a_team(name: str) -> Team:
    return Team(
        stage=Stage(
            team=name,
            account_id="111111111111",
            region="eu-west-1",
            vpc_id="vpc-1",
            subnet_id="subnet-1",
            instance_id="i-1",
            volume_id="vol-1",
            interface_id="eni-1",
            security_group_id="sg-1",
            instance_role_arn="arn:aws:iam::111111111111:role/instance",
            drop_bucket="drop",
            bystander_bucket="bystanders",
            bystander_instance_ids=("i-2", "i-3"),
            store_kind="lake",
            store_id="11111111-2222-3333-4444-555555555555",
            learner_role_arn="arn:aws:iam::111111111111:role/learner",
            grader_role_arn="arn:aws:iam::111111111111:role/grader",
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        ),
        access=Access(
            team=name,
            region="eu-west-1",
            endpoint="http://127.0.0.1:4566",
            credentials=Credentials(access_key_id="ASIA1", secret_access_key="secret", session_token="token"),
            portal="http://127.0.0.1:8080",
            token="a-token-of-128-bits-or-more",
            store_kind="lake",
            store_id="11111111-2222-3333-4444-555555555555",
        ),
        organiser=Credentials(access_key_id="AKIA1", secret_access_key="secret"),
        grader_external_id="external",
    )


def a_lab(*teams: str) -> Lab:
    return Lab(
        kind="local",
        endpoint="http://127.0.0.1:4566",
        portal="http://127.0.0.1:8080",
        region="eu-west-1",
        seed="seed",
        teams=tuple(a_team(name) for name in teams),
    )


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    chosen = StateFolder(tmp_path / "state")
    chosen.prepare()
    return chosen


def test_a_lab_comes_back_as_it_was_saved(folder: StateFolder) -> None:
    """Saving and loading are inverses, and loading after forgetting finds nothing."""
    folder.save(a_lab("red", "blue"))
    assert folder.load() == a_lab("red", "blue")
    folder.forget()
    with pytest.raises(NoLabError, match="start one with `lab up`"):
        folder.load()


def test_of_a_lab_on_aws_no_secret_of_the_organiser_is_kept(folder: StateFolder) -> None:
    """No more than the profile's name; what needs keys says that it is for labs of this machine."""
    expires = datetime(2026, 1, 2, 15, 4, 5, tzinfo=UTC)
    team = a_team("blue")
    access = replace(team.access, credentials=replace(team.access.credentials, expires_at=expires))
    lab = replace(a_lab(), kind="aws", endpoint=None, teams=(replace(team, access=access, organiser=Profile("mine")),))
    folder.save(lab)
    assert folder.load() == lab
    assert team.keys() == team.organiser
    with pytest.raises(ElsewhereError, match="AWS account 111111111111: this can be done in a lab of `lab up` only"):
        lab.teams[0].keys()


def test_only_labs_of_the_same_kind_are_forgotten(folder: StateFolder) -> None:
    """Also one that was begun; what nobody can read is in nobody's way."""
    folder.refuse_others("local")
    folder.save(a_lab("blue"))
    folder.refuse_others("local")
    with pytest.raises(LabIsUpError, match=r"a lab on this machine is kept in .*: end it with `lab down`"):
        folder.refuse_others("aws")
    folder.deployment.write_text("{}")
    with pytest.raises(LabIsUpError, match=r"a lab on AWS is kept in .*: end it with `lab teardown`"):
        folder.refuse_others("local")
    assert folder.forget()
    (folder.path / "lab.json").write_text("{}")
    folder.refuse_others("aws")


def test_labs_that_are_gone_are_remembered(folder: StateFolder) -> None:
    """The latest first, before them the one that is up; what another version wrote is left out."""
    assert (list(folder.labs()), folder.forget()) == ([], False)
    for name in ("red", "blue", "green"):
        folder.save(a_lab(name))
        assert folder.forget()
    folder.save(a_lab("up"))
    (folder.path / "past" / "0.json").write_text("{}", encoding="utf-8")
    assert [lab.teams[0].stage.team for lab in folder.labs()] == ["up", "green", "blue", "red"]
    assert stat.S_IMODE((folder.path / "past").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder.path / "past").glob("[1-9]*")} == {0o600}


def test_the_state_is_its_owners_alone(folder: StateFolder) -> None:
    """The folder is 0700 and the file with the secrets 0600, even when saved over another one."""
    folder.save(a_lab("red"))
    folder.save(a_lab("blue"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder.path, *folder.path.iterdir()]}
    assert modes == {"state": 0o700, "lab.json": 0o600}


def test_reports_of_a_folder_are_signed_with_one_secret_for_ever(folder: StateFolder) -> None:
    """It is made with the first lab, for its owner alone, and stays when labs come and go."""
    with pytest.raises(NoLabError, match="has ever signed a report"):
        folder.signing_secret()
    with folder.held():
        first = folder.signing_secret()
    folder.forget()
    with folder.held():
        assert folder.signing_secret() == first
    assert len(first) == 32
    assert stat.S_IMODE((folder.path / "signing.key").stat().st_mode) == 0o600


def test_a_held_folder_is_its_owners(folder: StateFolder) -> None:
    """Nobody else may read whatever is made with it, the lock included."""
    with folder.held():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()}
    assert modes == {"lab.lock": 0o600, "signing.key": 0o600}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"kind": "local"}'])
def test_a_damaged_file_is_explained(folder: StateFolder, text: str) -> None:
    """A file that no version of the lab wrote is named, with what to do."""
    (folder.path / "lab.json").write_text(text, encoding="utf-8")
    with pytest.raises(NoLabError, match=r"lab\.json cannot be read .* remove it and start again"):
        folder.load()


def test_one_process_holds_the_folder(folder: StateFolder) -> None:
    """A second lab in the folder is refused while the first one is up, and welcome afterwards."""
    assert folder.holder() is None
    with folder.held():
        assert folder.holder() == os.getpid()
        with pytest.raises(LabIsUpError, match=f"process {os.getpid()} serves a lab"), folder.held():
            pass
    assert folder.holder() is None
    with folder.held():
        assert folder.holder() == os.getpid()


def test_the_team_may_be_left_out_while_there_is_one() -> None:
    """One team needs no name; with several, or with a wrong name, those there are get named."""
    assert a_lab("red").team(None).stage.team == "red"
    assert a_lab("red", "blue").team("blue").stage.team == "blue"
    with pytest.raises(NoTeamError, match="more than one team: choose one of red, blue with --team"):
        a_lab("red", "blue").team(None)
    with pytest.raises(NoTeamError, match="no team 'green': choose one of red with --team"):
        a_lab("red").team("green")


@pytest.mark.parametrize(
    ("chosen", "environ", "expected"),
    [
        ("/a", {"LAB_STATE": "/b", "XDG_STATE_HOME": "/c"}, "/a"),
        (None, {"LAB_STATE": "/b", "XDG_STATE_HOME": "/c"}, "/b"),
        (None, {"XDG_STATE_HOME": "/c"}, "/c/ec2-investigation-lab"),
        (None, {}, str(Path.home() / ".local/state/ec2-investigation-lab")),
    ],
)
def test_where_the_folder_is(chosen: str | None, environ: dict[str, str], expected: str) -> None:
    """The option wins over the variable, the variable over the user's state folder."""
    assert StateFolder.locate(chosen, environ) == StateFolder(Path(expected))

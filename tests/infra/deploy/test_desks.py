from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.collected import Collected
from infra.deploy.state import NoLabError, StateFolder
from infra.deploy.surroundings import Surroundings
from scenario.answer_key import key_of
from tests.grader.scenes import STAGE, contained
from tests.infra.deploy.test_state import a_lab, a_team

LAB = replace(a_lab(), teams=(replace(a_team("blue"), stage=STAGE), a_team("red")))


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """Of a lab that is up."""
    chosen = StateFolder(tmp_path)
    with chosen.held():
        chosen.save(LAB)
    return chosen


def test_a_lab_has_a_desk_for_each_team(folder: StateFolder) -> None:
    """With the team's key and story, and without asking AWS for anything."""
    organiser = Surroundings(state=str(folder.path), team="blue")
    assert [desk.stage for desk in organiser.desks()] == [team.stage for team in LAB.teams]
    desk = organiser.desk()
    assert (desk.stage, desk.key()) == (STAGE, key_of(STAGE, LAB.seed))
    assert desk.seed_id not in ("", organiser.desks()[1].seed_id)


def test_what_was_collected_is_judged_the_same_after_the_lab(folder: StateFolder) -> None:
    """The key, the story and the signature are the state folder's, not the running lab's."""
    organiser = Surroundings(state=str(folder.path))
    collected = Collected(evidence=contained().evidence(), sheet=key_of(STAGE, LAB.seed))
    during = organiser.desks()[0].judge(collected)
    folder.forget()
    with pytest.raises(NoLabError):
        organiser.desks()
    after = next(desk for desk in organiser.known_desks() if desk.stage == STAGE).judge(collected)
    assert after == during


def test_nothing_is_found_where_no_lab_ever_was(tmp_path: Path) -> None:
    """Each question says so."""
    organiser = Surroundings(state=str(tmp_path))
    for question in (organiser.desk, organiser.desks, organiser.known_desks, organiser.signing_secret):
        with pytest.raises(NoLabError):
            question()
    with pytest.raises(NoLabError, match="nothing was handed in"), organiser.submissions():
        pass


def test_a_learner_is_whom_the_environment_names(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a folder or a team is named: whoever says where the state is has the organiser's part."""
    access = LAB.teams[0].access
    assert Surroundings().learner() is None
    for name, value in access.exports().items():
        monkeypatch.setenv(name, value)
    assert Surroundings().learner() == access
    assert Surroundings(state=str(folder.path)).learner() is None
    assert Surroundings(team="blue").learner() is None

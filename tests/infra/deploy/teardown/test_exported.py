from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.account.template import template
from infra.deploy.account import Account, enter
from infra.deploy.inventory.known import learn
from infra.deploy.stack import STACK_NAME, deploy
from infra.deploy.teardown.exported import ExportError, save
from tests.infra.deploy.conftest import Spare


@pytest.fixture
def account(spare: Spare) -> Account:
    """A fresh account as its organiser enters it."""
    return enter("spare", None, yes=False)


def test_of_a_stack_that_does_not_stand_there_is_only_what_it_says(
    account: Account, spare: Spare, tmp_path: Path
) -> None:
    """A lab that was never finished has no store to ask."""
    account.client("cloudformation").create_change_set(
        StackName=STACK_NAME,
        TemplateBody=template(),
        Parameters=[{"ParameterKey": "LabSeed", "ParameterValue": "a-seed"}],
        Capabilities=["CAPABILITY_IAM"],
        ChangeSetName="plan",
        ChangeSetType="CREATE",
    )
    said: list[str] = []
    save(account, learn(account), spare.folder, tmp_path, said.append)
    assert [path.name for path in tmp_path.glob("*.json*")] == ["stack.json"]
    assert json.loads((tmp_path / "stack.json").read_text())["status"] == "REVIEW_IN_PROGRESS"
    assert said[1].startswith(f"no events are saved: stack {STACK_NAME} (REVIEW_IN_PROGRESS) has no output")


def test_what_cannot_be_saved_keeps_the_lab(account: Account, spare: Spare, tmp_path: Path) -> None:
    """Neither a folder that is a file nor a store that answers nothing is passed over."""
    stage = deploy(account.session, template(), {"LabSeed": "a-seed", "Bystanders": "0", "Store": "lake"})
    taken = tmp_path / "taken"
    taken.touch()
    with pytest.raises(ExportError, match="nothing was removed"):
        save(account, learn(account), spare.folder, taken, print)
    account.client("cloudtrail").delete_event_data_store(EventDataStore=stage.store_id)
    with pytest.raises(ExportError, match=r"nothing was removed: The event data store is inactive"):
        save(account, learn(account), spare.folder, tmp_path / "empty", print)

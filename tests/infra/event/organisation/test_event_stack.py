"""The event's own stack: deployed by change set, deployed again, refused to another event, removed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infra.deploy.account import Account, AccountError, enter
from infra.event.organisation.event_stack import EventStack, NotDeployedError, deploy_stack, remove_stack, secrets_of
from infra.event.record import Event
from infra.event.stack import staging
from infra.event.stack import template as shipped
from tests.infra.deploy.accounts import everything
from tests.infra.deploy.conftest import Spare
from tests.infra.event.organisation.conftest import STAND_IN

GIVEN = ("Permissions", "StagingBucket", "PackageKey", "LabTemplateKey", "Store")


def never(question: str) -> None:
    """Nothing that stands is disturbed."""
    raise AssertionError(question)


@pytest.fixture
def account(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account; of the template what moto can make, and a package that asks no registry."""
    account = enter("spare", None, yes=False)
    event = Event.begin(spare.folder)
    parameters = {name: {"Type": "String"} for name in GIVEN} | {
        name: {"Type": "String", "NoEcho": True} for name in secrets_of(event)
    }
    parameters["Permissions"]["Default"] = "SELF_MANAGED"
    part = json.dumps({**STAND_IN, "Parameters": parameters})
    monkeypatch.setattr(shipped, "event_template", lambda: part)
    monkeypatch.setattr(staging, "stage", lambda account, say: staging.upload(account, b"a package"))
    return account


def test_it_is_deployed_once_and_removed_whole(account: Account, spare: Spare) -> None:
    """Again is nothing to change; what was not asked for stays; with the results nothing is left."""
    event, heard = Event.begin(spare.folder), list[str]()
    before = everything(account.session)
    with pytest.raises(NotDeployedError, match="`lab event deploy` makes it stand"):
        EventStack.find(account)
    first = deploy_stack(account, event, {"Store": "lake"}, heard.append, never)
    assert (first.stack_set_name, first.service_managed) == ("labs", False)
    assert first.organiser_link(event) == f"{first.page_url}/#token={event.organiser_token}"
    assert deploy_stack(account, event, {}, heard.append, never) == first
    assert heard[-1] == "stack lab-event is as it should be: nothing to change"
    later = replace(event, created_at="2999-01-01T00:00:00+00:00")
    with pytest.raises(AccountError, match="its seed would change every lab"):
        deploy_stack(account, later, {}, heard.append, never)
    account.client("s3").put_object(Bucket=first.roster_bucket, Key="roster.json", Body=b"[]")
    account.client("s3").put_object(Bucket=first.results_bucket, Key="results/1/report.json", Body=b"{}")
    remove_stack(account, first, heard.append, results=True)
    assert everything(account.session) == before

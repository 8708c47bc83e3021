from __future__ import annotations

import pytest

from infra.account.template import template
from infra.deploy.listener import bind
from infra.deploy.stack import USE_ATHENA, DeploymentError, deploy
from infra.local.call import AwsError
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account
from infra.local.lake import Lake
from scenario.access import open_session

# As two reports of 2026 have it; see USE_ATHENA for whom it meets.
CLOSED = (
    "Invalid request provided: CloudTrail Lake is no longer accepting new customers. "
    "Existing customers can continue to use their event data stores."
)


def refuse(*_: object, **settings: object) -> None:
    """As CloudTrail refuses to make an event data store."""
    raise AwsError("InvalidRequestException", CLOSED)


def test_where_lake_is_closed_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is found by its words, and the other store stands in the same account."""
    monkeypatch.setattr(Lake, "create_store", refuse)
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        session = open_session(open_account("700000000099"), region="us-east-1", endpoint=cloud.endpoint)
        with pytest.raises(DeploymentError) as refused:
            deploy(session, template(), {"LabSeed": "a-seed", "Store": "lake", "Bystanders": "0"})
        assert str(refused.value) == USE_ATHENA
        session.client("cloudformation").delete_stack(StackName="ec2-investigation-lab")
        stage = deploy(session, template(), {"LabSeed": "a-seed", "Bystanders": "0"})
        assert (stage.store_kind, stage.store_id.partition(".")[2]) == ("athena", "events")


def test_any_other_failure_is_said_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the resource that failed first."""
    monkeypatch.setattr(Lake, "create_store", full)
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        session = open_session(open_account("700000000098"), region="us-east-1", endpoint=cloud.endpoint)
        with pytest.raises(DeploymentError, match=r"EventsLake \(AWS::CloudTrail::EventDataStore\): .*the maximum"):
            deploy(session, template(), {"LabSeed": "a-seed", "Store": "lake", "Bystanders": "0"})


def full(*_: object, **settings: object) -> None:
    """As an account with ten stores refuses."""
    raise AwsError("EventDataStoreMaxLimitExceededException", "The account already has the maximum of 10.")

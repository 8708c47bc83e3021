from __future__ import annotations

import itertools
from collections.abc import Iterator

import boto3
import pytest

from infra.deploy.listener import bind
from infra.deploy.store import best_store
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from scenario.access import open_session

ACCOUNTS = itertools.count(700_000_000_000)
SELECTORS = [{"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Local AWS."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        yield cloud


@pytest.fixture
def session(cloud: Cloud) -> boto3.Session:
    """The organiser of an account that nothing has touched."""
    return open_session(open_account(str(next(ACCOUNTS))), region="us-east-1", endpoint=cloud.endpoint)


def make(session: boto3.Session, name: str) -> str:
    made = session.client("cloudtrail").create_event_data_store(
        Name=name,
        AdvancedEventSelectors=SELECTORS,  # type: ignore[arg-type]
        TerminationProtectionEnabled=False,
    )
    return made["EventDataStoreArn"]


def test_an_account_without_a_store_gets_athena(session: boto3.Session) -> None:
    """It may be a new customer: nothing is made to find out."""
    assert best_store(session) == "athena"
    assert session.client("cloudtrail").list_event_data_stores()["EventDataStores"] == []


def test_an_account_with_a_store_gets_lake(session: boto3.Session) -> None:
    """Whoever made it: the account is a customer."""
    make(session, "somebodys")
    assert best_store(session) == "lake"


def test_a_store_that_is_going_counts_for_nothing(session: boto3.Session) -> None:
    """One that is there beside it does."""
    session.client("cloudtrail").delete_event_data_store(EventDataStore=make(session, "going"))
    assert best_store(session) == "athena"
    make(session, "staying")
    assert best_store(session) == "lake"

"""What the grader's queries scan: not more, the older the account is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.deploy.listener import bind
from infra.local.cloud import Cloud, serve_cloud
from tests.aged import AgedAthena, AgedLake

ACCOUNTS = ("111111111111", "222222222222")


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Local AWS with nothing in it."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as served:
        yield served
        for account_id in ACCOUNTS:
            served.close_account(account_id)


def test_lake_scans_what_happened_since_the_lab_began(cloud: Cloud) -> None:
    """Ten days of others' events cost a question without a time its price, and the grader's nothing."""
    lab = AgedLake(cloud, ACCOUNTS[0])
    today, *before = [lab.deliver(days) for days in range(11)]
    lab.seal()
    assert lab.graded() == [today, today]
    assert lab.scanned(f"select count(*) as n from {lab.stage.store_id}") > today + sum(before)


def test_athena_scans_no_more_than_seven_days(cloud: Cloud) -> None:
    """Whatever log files there are of earlier days."""
    lab = AgedAthena(cloud, ACCOUNTS[1])
    lab.seal()
    own = lab.graded()
    for days in range(9, 20):
        lab.deliver(days)
    assert lab.graded() == own
    size = lab.deliver(3)
    assert lab.graded() == [bytes_ + size for bytes_ in own]

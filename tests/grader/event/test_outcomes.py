from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
from moto import mock_aws

from grader.event.outcomes import Outcome, Outcomes
from tests.grader.event.table import make_table

NOW = datetime(2026, 11, 24, 10, 0, 0, 123, tzinfo=UTC)
GRADED = Outcome(
    team="đỏ",
    account_id="111122223333",
    act="grade",
    state="unknown",
    at=NOW,
    cause="x" * 2_000,
    score=12.5,
    max=100,
    open=30,
    again_at=NOW + timedelta(minutes=5),
)


@mock_aws
def test_the_last_outcome_of_each_act_comes_back_whole() -> None:
    """Of every account, also where there are more than one answer of AWS holds."""
    outcomes = Outcomes(boto3.Session("a", "b", region_name="us-east-1").client("dynamodb"), "event")
    make_table(outcomes.client, outcomes.table)
    many = [replace(GRADED, account_id=f"{n:012}") for n in range(600)]
    for outcome in many:
        outcomes.keep(outcome)
    checked = Outcome(team="red", account_id="000000000000", act="check", state="done", at=NOW)
    outcomes.keep(replace(checked, state="failed"))
    outcomes.keep(checked)
    assert outcomes.last("grade") == {outcome.account_id: outcome for outcome in many}
    assert outcomes.last("check") == {"000000000000": checked}
    assert [outcomes.of(account, "check") for account in ("000000000000", "000000000001")] == [checked, None]

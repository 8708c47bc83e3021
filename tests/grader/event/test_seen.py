from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import boto3
from moto import mock_aws

from grader.desk.checkup import Checkup
from grader.event.seen import Seen, Sights
from grader.report import Finding, Report, Verdict
from tests.grader.event.table import make_table

NOW = datetime(2026, 11, 24, 10, 0, 0, 123, tzinfo=UTC)
WELL = Checkup(at=NOW, calls=40, changes=2, instance="running", gaps={})
UNWELL = replace(WELL, trouble=("calls are missing", "mất dữ liệu"), gaps={"events": "Rate exceeded"})
FINDING = Finding(id="isolated", verdict=Verdict.FAIL, points=7.25, max=15, message="", attempts=2, hints=1, cost=0.5)
REPORT = Report(team="đỏ", findings=(FINDING, replace(FINDING, verdict=Verdict.UNKNOWN)), graded_at=NOW)


@mock_aws
def test_what_was_seen_last_comes_back() -> None:
    """A look keeps the report of the same lab, and no other lab's; words and evidence of findings are not kept."""
    sights = Sights(boto3.Session("a", "b", region_name="us-east-1").client("dynamodb"), "event")
    make_table(sights.client, sights.table)
    assert (sights.all(), sights.of("1")) == ({}, None)
    told = replace(REPORT, findings=tuple(replace(f, message="No.", evidence=("i-1",)) for f in REPORT.findings))
    sights.keep("1", "lab", WELL, told)
    sights.keep("1", "lab", UNWELL)
    sights.keep("2", "old", WELL, told)
    sights.keep("2", "new", WELL)
    assert sights.all() == {
        "1": Seen(lab="lab", checkup=UNWELL, report=REPORT),
        "2": Seen(lab="new", checkup=WELL, report=None),
    }
    assert sights.of("1") == sights.all()["1"]


@mock_aws
def test_all_accounts_come_back() -> None:
    """Also where there are more than one answer of AWS (1 MB) holds."""
    sights = Sights(boto3.Session("a", "b", region_name="us-east-1").client("dynamodb"), "event")
    make_table(sights.client, sights.table)
    long = replace(WELL, trouble=("x" * 100_000,))
    for account in range(12):
        sights.keep(f"{account:012}", "lab", long)
    assert sights.all() == {f"{account:012}": Seen(lab="lab", checkup=long) for account in range(12)}

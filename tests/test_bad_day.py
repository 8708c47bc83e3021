"""A lab on a bad day: snapshots take their time, a describe lags, calls are refused, and it is solved all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.client import Portal
from infra.deploy.state import Lab, StateFolder
from infra.local.fault_cli import call
from infra.local.faults import Fault
from infra.local.lab import Plan, running
from scenario.responders.reference import ReferenceLearner

FAULTS = (
    Fault(kind="throttle", operation="ec2:CreateSnapshot*", times=2),
    Fault(kind="throttle", operation="cloudtrail:GetQueryResults", times=1),
    Fault(kind="unavailable", operation="ec2:TerminateInstances", times=1),
    Fault(kind="lag", operation="ec2:DescribeInstances", times=1, seconds=600),
)


@pytest.fixture
def slow_lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab of its own, where snapshots take a moment."""
    plan = Plan(background=100, bystanders=1, snapshot_seconds=2.0)
    with running(plan, StateFolder(tmp_path), say=lambda _: None) as lab:
        yield lab


def test_the_solution_solves_it(slow_lab: Lab) -> None:
    """The reference learner earns all points, and each fault struck as often as it was to."""
    (team,) = slow_lab.teams
    for fault in FAULTS:
        call(team, "POST", msgspec.json.encode(fault))
    sheet: dict[str, Any] = ReferenceLearner(team.access.session(), store_id=team.access.store_id).respond()
    portal = Portal(team.access.portal, team.access.token)
    portal.submit(json.dumps(sheet).encode())
    report = portal.report()
    assert (report.score, report.max) == (100, 100)
    assert [fault["struck"] for fault in call(team, "GET", b"")] == [fault.times for fault in FAULTS]

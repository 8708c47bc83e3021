"""The module's own code, cell by cell as it stands in the workshop, against the lab."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest

from grader.client import Portal
from infra.deploy.state import StateFolder
from infra.local.lab import Plan, running
from scenario import workshop
from tests.module_cells import CONTAIN, SET_UP, SNAPSHOT


def test_the_module_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five queries and the containment code, run literally under `lab env`, earn every point of the containment."""
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the module waits 30 s for a snapshot that is there at once
    with running(Plan(background=2_000), StateFolder(tmp_path), say=lambda _: None) as lab:
        (team,) = lab.teams
        for name, value in team.access.exports().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        cells: dict[str, Any] = {}
        exec(SET_UP, cells)
        assert cells["EDS_ID"] == team.stage.store_id

        def ask(name: str, instance_id: str = "") -> pd.DataFrame:
            sql = workshop.query(name, store_id=cells["EDS_ID"], instance_id=instance_id)
            query_id = cells["client"].start_query(QueryStatement=sql)["QueryId"]
            deadline = time.monotonic() + 10
            while cells["client"].describe_query(QueryId=query_id)["QueryStatus"] != "FINISHED":
                assert time.monotonic() < deadline
            frame: pd.DataFrame = cells["results"](query_id)
            return frame

        instance_id = ask("list_buckets")["principalid"][0].rpartition(":")[2]
        assert instance_id == team.stage.instance_id
        columns = {name: list(ask(name, instance_id).columns) for name in workshop.QUERIES}
        assert columns == {
            "list_buckets": ["principalid", "eventsource", "eventname", "total"],
            "actions": ["eventname", "total"],
            "read_only": ["principalid", "eventsource", "eventname", "total"],
            "put_objects": ["principalid", "eventname", "eventsource", "requestparameters"],
            "footprint": ["eventname", "total", "eventsource", "awsregion"],
        }

        exec(SNAPSHOT % instance_id, cells)
        exec(CONTAIN, cells)
        report = Portal(lab.portal, team.access.token).report()
        contained = {f.id: str(f.verdict) for f in report.findings if f.id in ("snapshotted", "isolated", "terminated")}
        assert contained == {"snapshotted": "pass", "isolated": "pass", "terminated": "pass"}

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

# The notebook's cells. `%s` stands where a learner pastes an id; nothing else was changed.
SET_UP = """
import boto3
import pandas as pd
client = boto3.client("cloudtrail")
stores = client.list_event_data_stores()
EDS_ID = stores["EventDataStores"][0]["EventDataStoreArn"].split("/")[-1]
def results(query_id):
    response = client.get_query_results(EventDataStore=EDS_ID, QueryId=query_id)
    if response["QueryStatus"] == "FINISHED":
        return pd.DataFrame([{k: v for cell in row for k, v in cell.items()} for row in response["QueryResultRows"]])
    print("not finished yet")
"""
SNAPSHOT = """
import time
instance_id='%s'
ec2=boto3.resource('ec2')
instance=ec2.Instance(instance_id)
ebs_vol=instance.block_device_mappings[0]['Ebs']['VolumeId']
response=ec2.create_snapshot(VolumeId=ebs_vol)
print(response)
"""
CONTAIN = """
time.sleep(30) # allow snapshot to finish
vpc_id=instance.vpc_id
security_group=instance.security_groups[0]['GroupId']
ec2_client=boto3.client('ec2')
response=ec2_client.create_security_group(
    GroupName='Restricted_Group',
    Description='Restricts_access',
    VpcId=vpc_id
)
restricted_sg=ec2.SecurityGroup(response['GroupId'])
response=restricted_sg.revoke_egress(
    IpPermissions=restricted_sg.ip_permissions_egress
)
response=instance.modify_attribute(Groups=[restricted_sg.id])
instance.terminate()
"""


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

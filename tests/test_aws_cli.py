"""The AWS CLI as learners use it, in their own environment, against the lab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.state import Lab, Team
from scenario import workshop

AWS = Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(team: Team) -> Any:
    """Runs `aws` with nothing but what `lab env` exports, and gives what it printed."""

    def run(*arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], **team.access.exports()}
        done = subprocess.run([AWS, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def test_a_query_from_start_to_last_row(aws: Any, team: Team) -> None:
    """start-query and get-query-results find the instance that lists buckets."""
    sql = workshop.query("list_buckets", store_id=team.stage.store_id)
    query_id = json.loads(aws("cloudtrail", "start-query", "--query-statement", sql))["QueryId"]
    deadline = time.monotonic() + 15
    while True:
        answer = json.loads(aws("cloudtrail", "get-query-results", "--query-id", query_id))
        if answer["QueryStatus"] == "FINISHED":
            break
        assert time.monotonic() < deadline
    first = {name: value for cell in answer["QueryResultRows"][0] for name, value in cell.items()}
    assert list(first) == ["principalid", "eventsource", "eventname", "total"]
    assert first["principalid"].endswith(f":{team.stage.instance_id}")


def test_lookup_events(aws: Any, team: Team) -> None:
    """lookup-events finds how the lab was made."""
    found = aws(
        "cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventName,AttributeValue=CreateStack"
    )
    (event,) = json.loads(found)["Events"]
    assert (event["EventName"], event["EventSource"], event["Username"]) == (
        "CreateStack",
        "cloudformation.amazonaws.com",
        "organiser",
    )


def test_describe_instances(aws: Any, team: Team) -> None:
    """describe-instances shows the instance with the volume and the group that containment needs."""
    found = json.loads(aws("ec2", "describe-instances", "--instance-ids", team.stage.instance_id))
    (instance,) = found["Reservations"][0]["Instances"]
    assert [m["Ebs"]["VolumeId"] for m in instance["BlockDeviceMappings"]] == [team.stage.volume_id]
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [team.stage.security_group_id]
    assert instance["State"]["Name"] == "running"


def test_s3_ls(aws: Any, lab: Lab, team: Team) -> None:
    """`aws s3 ls` lists the lab's buckets."""
    names = [line.split()[-1] for line in aws("s3", "ls").splitlines()]
    assert {team.stage.drop_bucket, team.stage.bystander_bucket} <= set(names)

"""The verb `lab fault`, in a lab that is up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from infra.cli import exit_code
from infra.cli import lab as stem
from infra.deploy.state import Lab, StateFolder
from infra.local.fault_cli import meant
from infra.local.faults import KINDS
from scenario.exits import Exit
from scenario.query import Lake

Run = Any


@pytest.fixture
def run(lab: Lab, state_folder: StateFolder) -> Iterator[Run]:
    """`run(...)` is `lab fault ...` in the shared lab, without faults before and after."""

    def fault(*arguments: str) -> Result:
        return CliRunner().invoke(stem, ["fault", "--state", str(state_folder.path), *arguments], standalone_mode=False)

    yield fault
    fault("--clear")


def test_a_throttled_call_is_refused_and_recorded(run: Run, lab: Lab) -> None:
    """One team's next DescribeVolumes is refused, once; the store has it as CloudTrail would; others notice nothing."""
    red, blue = lab.team("red"), lab.team("blue")
    added = run("throttle", "ec2:DescribeVolumes", "--times", "1", "--team", "red", "--json")
    fault = {"kind": "throttle", "operation": "ec2:DescribeVolumes", "times": 1, "rate": 1.0, "seconds": 30.0}
    assert json.loads(added.stdout) == {"red": [{**fault, "struck": 0}]}

    def describe(team: Any) -> Any:
        session: Any = team.access.session()
        return session.client("ec2", config=Config(retries={"total_max_attempts": 1})).describe_volumes()

    describe(blue)
    with pytest.raises(ClientError) as caught:
        describe(red)
    response: Any = caught.value.response
    assert response["Error"] == {"Code": "RequestLimitExceeded", "Message": "Request limit exceeded."}
    describe(red)
    request = response["ResponseMetadata"]["RequestId"]
    sql = f"select eventname, errorcode, errormessage from {red.stage.store_id} where requestid = '{request}'"
    rows = Lake(red.access.session()).run(sql).rows
    assert rows == (("DescribeVolumes", "Client.RequestLimitExceeded", "Request limit exceeded."),)


def test_faults_of_all_teams_are_listed_and_cleared(run: Run) -> None:
    """Without --team they are every team's."""
    assert run().stdout == "no faults\n"
    run("unavailable", "ec2:*", "--rate", "0")
    run("lag", "ec2:Describe*", "--seconds", "60", "--team", "blue")
    run("failed-snapshot", "--times", "2", "--team", "blue")
    assert [line.split() for line in run().stdout.splitlines()] == [
        ["blue", "unavailable", "ec2:*", "struck", "0", "times,", "rate", "0"],
        ["blue", "lag", "ec2:Describe*", "struck", "0", "times,", "60", "s"],
        ["blue", "failed-snapshot", "ec2:CreateSnapshot", "struck", "0", "of", "2", "times"],
        ["red", "unavailable", "ec2:*", "struck", "0", "times,", "rate", "0"],
    ]
    assert run("--clear").stdout == "no faults\n"


def test_what_cannot_be_meant_is_a_usage_error(run: Run) -> None:
    """An operation too few, or too many; on and off at once."""
    assert (meant("failed-snapshot", None), meant("throttle", "s3:*")) == ("ec2:CreateSnapshot", "s3:*")
    for kind, operation in (("throttle", None), ("failed-snapshot", "ec2:CreateImage")):
        with pytest.raises(click.UsageError):
            meant(kind, operation)
    assert isinstance(run("throttle", "ec2:*", "--clear").exception, click.UsageError)


def test_the_help_names_every_kind() -> None:
    """With what it does."""
    shown = CliRunner().invoke(stem, ["fault", "--help"]).stdout
    assert all(f"  {name} " in shown and kind.about in shown for name, kind in KINDS.items())


def test_an_operation_that_there_is_not_is_a_mistake_of_usage(run: Run) -> None:
    """Nothing is wrong with the lab, nor with the network."""
    refused = run("throttle", "ec3:CreateSnapshot", "--team", "red").exception
    assert str(refused) == "the lab did not take it: there is no service 'ec3', as in `ec2:CreateSnapshot`"
    assert exit_code(refused) == Exit.USAGE

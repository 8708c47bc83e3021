"""What the hosts boot with, executed for real: their own user data in a sandbox folder, and the AWS CLI."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from infra.deploy.state import Lab, Team
from infra.local.metadata import credentials_of
from scenario.query import Lake
from scenario.story import draw, team_seed

PLAYED = 24  # steps; the CLI takes half a second each


class Host:
    """An instance's root folder, its user data and its credentials, on this machine."""

    def __init__(self, root: Path, lab: Lab, team: Team, instance_id: str) -> None:
        stage = team.stage
        self.root, self.instance_id = root, instance_id
        identity = root / "var/lib/cloud/data"  # what cloud-init leaves on every host
        identity.mkdir(parents=True)
        (identity / "instance-id").write_text(f"{instance_id}\n", encoding="ascii")
        commands = root / "commands"
        commands.mkdir()
        (commands / "systemctl").write_text("#!/bin/sh\n", encoding="ascii")  # nothing here is started by systemd
        (commands / "systemctl").chmod(0o755)
        (commands / "python3").symlink_to(sys.executable)
        aws = shutil.which("aws", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        assert aws, "the AWS CLI is a test dependency"
        (commands / "aws").symlink_to(aws)
        credentials = credentials_of(stage.account_id, stage.region, instance_id)
        self.environment = {
            "PATH": f"{commands}{os.pathsep}{os.defpath}",
            "LAB_PREFIX": str(root),
            "AWS_ENDPOINT_URL": str(lab.endpoint),
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
        }
        organiser = team.organiser.session(region=stage.region, endpoint=lab.endpoint).client("ec2")
        attribute = organiser.describe_instance_attribute(InstanceId=instance_id, Attribute="userData")
        self.user_data = base64.b64decode(attribute["UserData"]["Value"])

    def boot(self) -> None:
        """Run the user data as the host's first boot does."""
        subprocess.run(["/bin/sh"], input=self.user_data, env=self.environment, check=True, capture_output=True)

    def run(self, command: str, *arguments: str) -> str:
        """Run what the boot has laid out, and give what it says."""
        done = subprocess.run(
            [self.root / command, *arguments], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout


def events_of(team: Team, instance_id: str) -> list[tuple[str | None, ...]]:
    """The calls of an instance made with the AWS CLI, in order."""
    sql = (
        f"select eventname, awsregion from {team.stage.store_id} where useridentity.principalid like '%:{instance_id}' "
        "and useragent like '%aws-cli%' order by eventtime, requestid"
    )
    return list(Lake(team.access.session()).run(sql).rows)


@pytest.fixture
def compromised(tmp_path: Path, lab: Lab, team: Team) -> Host:
    """The compromised instance before its first boot."""
    return Host(tmp_path, lab, team, team.stage.instance_id)


def test_the_compromised_host_plays_the_story_with_the_aws_cli(compromised: Host, lab: Lab, team: Team) -> None:
    """Its own user data lays out the story and plays it: the store shows the steps that the team's seed tells."""
    story = draw(team_seed(lab.seed, team.stage.account_id), team.stage.region)
    steps = story.steps[:PLAYED]
    compromised.boot()
    said = compromised.run("opt/lab/play", "--first", str(PLAYED))
    assert said == f"played {PLAYED} steps, {sum(not step.refused for step in steps)} answered\n"
    seen = events_of(team, team.stage.instance_id)
    assert Counter(seen) == Counter((step.event_name, step.region) for step in steps)


def test_a_bystander_reports_with_the_aws_cli(tmp_path: Path, lab: Lab, team: Team) -> None:
    """A harmless host's user data lays out its report: it lists the buckets and uploads to its own."""
    host = Host(tmp_path, lab, team, team.stage.bystander_instance_ids[0])
    host.boot()
    host.run("opt/report/run")
    region = team.stage.region
    assert Counter(events_of(team, host.instance_id)) == {("ListBuckets", region): 1, ("PutObject", region): 1}

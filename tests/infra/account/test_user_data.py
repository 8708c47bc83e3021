from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.account.template import template
from scenario.story import Story, cli_name, draw, team_seed
from tests.infra.account.resources import Resources

STORY = Path(__file__).parents[3] / "scenario" / "story.py"
ACCOUNT, REGION, INSTANCE = "111111111111", "eu-west-1", "i-0123456789abcdef0"
SEED = "correct-horse/battery+staple=="

# A command of the sandbox: it appends its arguments, one JSON list a line, to a file of its own name.
RECORDER = f"""#!{sys.executable}
import json, pathlib, sys
with open(pathlib.Path(__file__).with_suffix(".calls"), "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
"""


class Sandbox:
    """A root folder for one host, and commands that stand for `aws` and `systemctl` there."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.commands = folder / "bin"
        identity = self.root / "var/lib/cloud/data"  # what cloud-init leaves on every host
        identity.mkdir(parents=True)
        (identity / "instance-id").write_text(f"{INSTANCE}\n")
        self.commands.mkdir()
        (self.commands / "python3").symlink_to(sys.executable)
        for name in ("aws", "systemctl"):
            (self.commands / name).write_text(RECORDER)
            (self.commands / name).chmod(0o755)

    def run(self, *command: str | Path, script: str = "") -> None:
        """Run a command to success, with the script as its input."""
        environment = {"LAB_PREFIX": str(self.root), "PATH": f"{self.commands}{os.pathsep}{os.defpath}"}
        subprocess.run(command, env=environment, input=script, text=True, check=True)

    def calls(self, name: str) -> list[list[str]]:
        """What a command was called with."""
        lines = (self.commands / name).with_suffix(".calls").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def text(self, path: str) -> str:
        """A file of the host."""
        return (self.root / path).read_text("utf-8")


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A host before its first boot."""
    return Sandbox(tmp_path)


def script_of(host: dict[str, Any], refs: dict[str, str]) -> str:
    """A host's user data as CloudFormation fills it in, where `refs` says what a `Ref` is."""
    known = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION} | refs
    script = host["Properties"]["UserData"]["Fn::Base64"]
    if "Fn::Join" in script:
        return "".join(filled(piece, known) for piece in script["Fn::Join"][1])
    text, values = script["Fn::Sub"]
    known |= {name: filled(value, known) for name, value in values.items()}
    return re.sub(r"\$\{([\w:]+)\}", lambda match: known[match.group(1)], text)


def filled(piece: Any, known: dict[str, str]) -> str:
    """A text, a `Ref`, or a part of a mapping."""
    if isinstance(piece, str):
        return piece
    if "Ref" in piece:
        return known[piece["Ref"]]
    mapping, first, second = piece["Fn::FindInMap"]
    return str(json.loads(template())["Mappings"][mapping][first][second])


@pytest.fixture
def compromised(resources: Resources) -> str:
    """The compromised host's script."""
    refs = {"LabSeed": SEED, resources.behind("DropBucket"): "the-drop-bucket"}
    return script_of(resources.all[resources.behind("InstanceId")], refs)


@pytest.fixture
def bystanders(resources: Resources) -> list[str]:
    """The bystanders' scripts."""
    refs = {resources.behind("BystanderBucket"): "the-bystander-bucket"}
    hosts = resources.of("AWS::EC2::Instance")
    return [script_of(host, refs) for host in hosts.values() if "Condition" in host]


def test_user_data_is_short_and_fetches_nothing(compromised: str, bystanders: list[str]) -> None:
    """Each is below the 16 KB that EC2 takes, with room for the story to grow, and names no address at all."""
    for script in (compromised, *bystanders):
        assert script.startswith("#!/bin/sh\n")
        assert len(script.encode("utf-8")) < 0.75 * 16_384
        assert not re.search(r"https?:|curl|wget|dnf|pip ", script)


def test_the_story_is_shipped_verbatim(sandbox: Sandbox, compromised: str) -> None:
    """On the host lies scenario/story.py, byte for byte, which Python 3.9 can read."""
    sandbox.run("sh", script=compromised)
    shipped = (sandbox.root / "opt/lab/story.py").read_bytes()
    assert shipped == STORY.read_bytes()
    ast.parse(shipped, feature_version=(3, 9))


def test_the_host_plays_its_teams_story(sandbox: Sandbox, compromised: str) -> None:
    """The player calls AWS as the story of this seed and account says, with this host's names."""
    sandbox.run("sh", script=compromised)
    sandbox.run(sandbox.root / "opt/lab/play", "--pace", "0", "--first", "40")
    story = draw(team_seed(SEED, ACCOUNT), REGION)
    assert [call[:4] for call in sandbox.calls("aws")] == commands(story, 40)


def commands(story: Story, count: int) -> list[list[str]]:
    """How the AWS CLI is called for the first steps of a story."""
    services = [("s3api" if step.service == "s3" else step.service, step) for step in story.steps[:count]]
    return [[service, cli_name(step.operation), "--region", step.region] for service, step in services]


def test_the_host_knows_its_bucket_and_itself(sandbox: Sandbox, compromised: str) -> None:
    """The names that the story leaves open are filled in from the stack and from cloud-init."""
    sandbox.run("sh", script=compromised)
    names = re.search(r"--names '(.*)'", sandbox.text("opt/lab/play"))
    assert names is not None
    assert json.loads(names.group(1)) == {"drop_bucket": "the-drop-bucket", "instance_id": INSTANCE}


def test_the_seed_is_for_root_only(sandbox: Sandbox, compromised: str) -> None:
    """The one file with the seed is closed to other users of the host, and no unit or command line holds it."""
    sandbox.run("sh", script=compromised)
    written = [path for path in sandbox.root.rglob("*") if path.is_file()]
    holders = [path for path in written if SEED in path.read_text("utf-8")]
    assert holders == [sandbox.root / "opt/lab/play"]
    assert holders[0].stat().st_mode & 0o077 == 0
    assert not [call for call in sandbox.calls("systemctl") if SEED in " ".join(call)]


def test_a_timer_plays_for_as_long_as_the_host_lives(sandbox: Sandbox, compromised: str) -> None:
    """Soon after boot and again after every play; the agent that would call AWS beside it is off first."""
    sandbox.run("sh", script=compromised)
    units = "etc/systemd/system/lab-story"
    assert "OnActiveSec=15s\nOnUnitInactiveSec=30min\n" in sandbox.text(f"{units}.timer")
    assert f"ExecStart={sandbox.root}/opt/lab/play --pace 0.1\n" in sandbox.text(f"{units}.service")
    assert sandbox.calls("systemctl") == [
        ["disable", "--now", "amazon-ssm-agent"],
        ["daemon-reload"],
        ["enable", "--now", "lab-story.timer"],
    ]


def test_bystanders_list_and_report(sandbox: Sandbox, bystanders: list[str]) -> None:
    """One run looks at the buckets once and puts one report under the host's own prefix."""
    for script in bystanders:
        sandbox.run("sh", script=script)
        sandbox.run(sandbox.root / "opt/report/run")
    calls = sandbox.calls("aws")
    lists, puts = calls[::2], calls[1::2]
    assert lists == [["s3api", "list-buckets", "--region", REGION, "--query", "length(Buckets)"]] * 3
    for number, put in enumerate(puts, start=1):
        assert put[:6] == ["s3api", "put-object", "--region", REGION, "--bucket", "the-bystander-bucket"]
        assert re.fullmatch(rf"reports/host-{number}/daily-\d\d\.csv", put[-1])


def test_bystanders_go_on(sandbox: Sandbox, bystanders: list[str]) -> None:
    """A timer reports again and again, never so often that a bystander looks like the answer."""
    sandbox.run("sh", script=bystanders[0])
    assert "OnActiveSec=2min\nOnUnitInactiveSec=20min\n" in sandbox.text("etc/systemd/system/report.timer")
    assert sandbox.calls("systemctl")[-1] == ["enable", "--now", "report.timer"]

"""The guide's own code for the containment, as it stands there, against the lab: in a terminal and in Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from grader.client import Portal
from infra.deploy.state import StateFolder
from infra.local.lab import Plan, running
from scenario.workshop.guide import Code, guide

GOALS = ("snapshotted", "isolated", "terminated", "no_collateral_damage")
GROUP = (
    "$(aws ec2 describe-security-groups --filters Name=group-name,Values=isolated-{instance_id}"
    " --query 'SecurityGroups[0].GroupId' --output text)"
)


def code(language: str) -> list[str]:
    """The guide's code in that language, but for what sets the terminal up; the same in every language."""
    blocks = [block for section in guide("en").sections if section.id != "notebook" for block in section.blocks]
    found = [block.text for block in blocks if isinstance(block, Code) and block.language == language]
    return [text for text in found if "lab env" not in text]


def test_the_guide_contains_the_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One team follows the terminal's way, another the notebook's, each act twice where it may be: both pass all."""
    plan = Plan(teams=("shell", "notebook"), background=100)
    with running(plan, StateFolder(tmp_path), say=lambda _: None) as lab:
        shell, notebook = lab.teams
        for name, value in notebook.access.exports().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        cells: dict[str, Any] = {}
        for cell in code("python"):
            exec(cell.replace("<INSTANCE_ID>", notebook.stage.instance_id), cells)
            if "Groups=" in cell:
                exec(cell, cells)

        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        blanks = {
            "<INSTANCE_ID>": shell.stage.instance_id,
            "<VPC_ID>": shell.stage.vpc_id,
            "<GROUP_ID>": GROUP.format(instance_id=shell.stage.instance_id),
        }
        script = "\n".join(["set -eu", *code("sh")])
        for blank, value in blanks.items():
            script = script.replace(blank, value)
        environment = {**os.environ, **shell.access.exports(), "PATH": path, "AWS_PAGER": ""}
        subprocess.run(["bash", "-c", script], env=environment, check=True, capture_output=True, timeout=300)

        for team in lab.teams:
            report = Portal(lab.portal, team.access.token).report()
            assert {f.id: str(f.verdict) for f in report.findings if f.id in GOALS} == dict.fromkeys(GOALS, "pass")

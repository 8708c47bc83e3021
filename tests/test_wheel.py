"""What is shipped is whole: a wheel has all of the packages' data, and what is in it works by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
PACKAGES = ("grader", "infra", "scenario")
# As on a machine that has no CDK. The words that follow are those of `lab`.
LAB = """
import sys
sys.modules["aws_cdk"] = sys.modules["constructs"] = None
import infra.cli
assert infra.cli.__file__.startswith(sys.argv.pop(1)), infra.cli.__file__
infra.cli.main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project as it stands."""
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer makes of it."""
    folder = tmp_path_factory.mktemp("site")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def lab(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `lab` from the unpacked wheel, away from the project."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAB_"))}
    return subprocess.run(
        [sys.executable, "-c", LAB, str(unpacked), *arguments],
        cwd=unpacked,
        env=environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )


def tracked(*folders: str) -> Sequence[str]:
    """The files below these folders that belong to the project."""
    command = ["git", "ls-files", "-z", "--", *folders]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    """Code and data alike, and nothing that belongs to no package."""
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = set(tracked(*PACKAGES))
    assert {Path(name).suffix for name in files} > {".py", ".json", ".sql", ".sh", ".html", ".css"}
    assert files - packed == set()
    assert {name.partition("/")[0] for name in packed} == set(PACKAGES)


def test_its_story_is_told_without_the_cdk(unpacked: Path) -> None:
    """`lab story` reads what is in the wheel."""
    done = lab(unpacked, "story", "--seed", "wheel")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"]


def test_its_lab_is_solved_without_the_cdk(unpacked: Path) -> None:
    """`lab validate` needs the template, the tables of local AWS, the queries, the tasks and the grader."""
    done = lab(unpacked, "validate", "--json", "--background", "10")
    assert done.returncode == 0, done.stderr

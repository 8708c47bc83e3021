"""The verb `lab bundle`."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from click.testing import CliRunner

from infra.cli import exit_code, lab
from scenario.exits import Exit


def test_both_bundles_at_once(tmp_path: Path) -> None:
    """Of one seed, which is a fresh one, in files for their owner alone."""
    studio, sets = tmp_path / "studio", tmp_path / "sets"
    ran = CliRunner().invoke(lab, ["bundle", "--workshop-studio", str(studio), "--stacksets", str(sets), "--json"])
    assert ran.exit_code == Exit.DONE, ran.output
    written = json.loads(ran.stdout)
    found = {
        str(folder): sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        for folder in (studio, sets)
    }
    assert written == found
    (stack,) = yaml.safe_load((studio / "contentspec.yaml").read_text("utf-8"))["infrastructure"][
        "cloudformationTemplates"
    ]
    seeds = [one["defaultValue"] for one in stack["parameters"] if one["templateParameter"] == "LabSeed"]
    assert seeds == [json.loads((sets / "parameters.json").read_text("utf-8"))[0]["ParameterValue"]]
    assert (studio / "contentspec.yaml").stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """A sentence says what to do."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    ran = CliRunner().invoke(lab, ["bundle", "--stacksets", str(tmp_path)])
    assert isinstance(ran.exception, ValueError)
    assert exit_code(ran.exception) == Exit.USAGE
    assert str(ran.exception) == f"{tmp_path} is not an empty folder: name a new one, or remove what is in it"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_somebody_has_to_be_named() -> None:
    """Without a bundle there is nothing to do."""
    ran = CliRunner().invoke(lab, ["bundle"])
    assert ran.exit_code == Exit.USAGE
    assert "say for whom: --workshop-studio DIR, --stacksets DIR, or both" in ran.output

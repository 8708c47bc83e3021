"""An organiser's evening, by the `lab` command: a class graded, collected, verified, exported and counted."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

import infra.cli
from grader.client import Portal
from grader.report import Verdict
from infra.deploy.state import Lab, StateFolder
from scenario.answer_key import key_of
from scenario.exits import Exit

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(lab: Lab, state_folder: StateFolder) -> Run:
    """A verb of the organiser of the shared lab: its exit code and its standard output."""

    def call(verb: str, *arguments: str) -> tuple[int, str]:
        words = [verb, *arguments, "--state", str(state_folder.path)]
        result = CliRunner().invoke(infra.cli.lab, words, standalone_mode=False)
        assert result.exception is None, result.output
        return int(result.return_value or Exit.DONE), result.stdout

    return call


def test_a_class_is_graded_exported_and_counted(lab: Lab, run: Run) -> None:
    """Blue answers, red does not; both are in every list, and nothing is unknown."""
    blue = lab.teams[0]
    key = key_of(blue.stage, lab.seed)
    Portal(blue.access.portal, blue.access.token).submit(json.dumps({"footprint": key["footprint"]}).encode())
    code, text = run("grade", "--all", "--json")
    reports = {team["team"]: team["report"] for team in json.loads(text)["teams"]}
    assert (code, list(reports)) == (Exit.DONE, ["blue", "red"])
    assert (reports["red"]["score"], reports["red"]["open"], reports["blue"]["open"]) == (0, 0, 0)
    assert run("grade", "--all", "--fail-under", "1")[0] == Exit.FAILED
    rows = list(csv.DictReader(StringIO(run("export", "--format", "csv")[1])))
    assert [(row["team"], row["footprint_verdict"]) for row in rows] == [("blue", "pass"), ("red", "fail")]
    (footprint,) = [task for task in json.loads(run("stats", "--json")[1])["tasks"] if task["id"] == "footprint"]
    assert (footprint["teams"], footprint["solved"], footprint["unknown"]) == (2, 1, 0)


def test_a_bad_day_of_one_account_stops_no_other(run: Run) -> None:
    """Red's grader cannot even assume its role: red's containment is open with the reason, blue is graded as ever."""
    run("fault", "unavailable", "sts:AssumeRole", "--team", "red")
    try:
        code, text = run("grade", "--all", "--json")
    finally:
        run("fault", "--clear", "--team", "red")
    blue, red = (team["report"] for team in json.loads(text)["teams"])
    assert (code, blue["open"], red["open"]) == (Exit.DONE, 0, 40)
    assert "ServiceUnavailable" in red["findings"][-1]["message"]


def test_what_was_collected_grades_to_the_same_signed_report(run: Run, tmp_path: Path) -> None:
    """Without AWS, to the letter; and this lab knows its own signature."""
    saved, report = tmp_path / "blue.json", tmp_path / "report.json"
    assert run("collect", "--team", "blue", "--out", str(saved)) == (Exit.DONE, "")
    first, second = (run("grade", "--evidence", str(saved), "--json") for _ in range(2))
    assert first == second
    report.write_text(first[1], "utf-8")
    assert run("verify", str(report))[0] == Exit.DONE
    report.write_text(first[1].replace('"points": 0.0', '"points": 1.0', 1), "utf-8")
    assert run("verify", str(report))[0] == Exit.FAILED


def test_the_desk_signs_what_it_says(lab: Lab, run: Run, tmp_path: Path) -> None:
    """A learner's report, as it came over HTTP, is the lab's; its story is named, and the seed is not in it."""
    red = lab.teams[1]
    report = Portal(red.access.portal, red.access.token).report()
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report.as_json()), "utf-8")
    assert run("verify", str(path))[0] == Exit.DONE
    assert len(report.seed_id) == 12
    assert lab.seed not in path.read_text("utf-8")
    assert Verdict.UNKNOWN not in {finding.verdict for finding in report.findings}


def test_one_team_of_several_is_not_ended(lab: Lab, state_folder: StateFolder) -> None:
    """`lab down --team` would end every team's lab: it says so, and what gives that team a fresh one."""
    words = ["down", "--state", str(state_folder.path), "--team", "red"]
    result = CliRunner().invoke(infra.cli.lab, words)
    assert result.exit_code == Exit.USAGE
    assert result.stderr.splitlines()[-1] == (
        "Error: this would end the labs of all 2 teams, not only red's: leave --team out to end them all, or "
        "give red a fresh lab with `lab reset --team red`"
    )
    assert Portal(lab.portal, lab.teams[1].access.token).report().max == 100

"""The plan of an event: durations, cost, and the verb that prints them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from infra.cli import lab
from infra.deploy.cost import bill
from infra.event.limits import phases
from infra.event.plan import plan
from infra.event.plan_cli import span
from infra.event.roster import EXAMPLE


def test_phases_take_as_many_turns_as_they_must() -> None:
    """Ten thousand teams: a hundred labs at once, a hundred grades more every second, at most a thousand."""
    times = {phase.id: phase.alone(hours=4) for phase in phases()}
    assert dict(plan(100, 4).seconds) == pytest.approx(times | {"grade": 30 + 0.99})
    many = plan(10_000, 4).seconds
    turns = {"deploy": 100 * times["deploy"], "teardown": 100 * times["teardown"]}
    assert dict(many) == pytest.approx(times | turns | {"grade": 10 * 30 + 9.99})


def test_teams_pay_for_the_time_in_which_their_lab_stands() -> None:
    """Those whose turn is second are deployed a turn later and removed a turn later: the labs of all stand as long."""
    hourly = bill(store="athena", bystanders=2).hourly
    one, both = plan(1, 2), plan(200, 2)
    assert one.lab_usd == pytest.approx(hourly * (420 + 1800 + 7200 + 30 + 600) / 3600)
    assert both.lab_usd == pytest.approx(200 * hourly * (1.5 * 420 + 1800 + 7200 + 30 + 1.99 + 1.5 * 600) / 3600)
    assert one.organiser_usd == pytest.approx(2 * 0.0146 + 0.0004)
    assert both.organiser_usd == pytest.approx(200 * one.organiser_usd)


def test_the_verb_counts_the_roster(tmp_path: Path) -> None:
    """A file and a number say the same; the number with all limits and their sources."""
    roster = tmp_path / "roster.csv"
    roster.write_text(EXAMPLE, encoding="utf-8")
    runner = CliRunner()
    by_file, by_number = (
        runner.invoke(lab, ["event", "plan", *said, "--learn", "1h30m", "--json"], standalone_mode=False).stdout
        for said in (("--roster", str(roster)), ("--teams", "2"))
    )
    assert json.loads(by_file) == json.loads(by_number) == plan(2, 1.5).as_json()


def test_the_table_fits_a_screen() -> None:
    """Phases, price, and each limit that is reached, in lines of at most 120 characters."""
    done = CliRunner().invoke(lab, ["event", "plan", "--teams", "10000"], standalone_mode=False)
    lines = done.stdout.splitlines()
    assert lines[0] == "an event of 10,000 teams, learners at work for 4 h:"
    assert lines[1] == "  11 h 40 min  deploy    the StackSet makes a lab in every account"
    assert "          101  grade     100 new function environments a second" in done.stdout
    assert max(map(len, lines)) <= 120
    assert len(lines) <= 24


@pytest.mark.parametrize("said", [(), ("--teams", "2", "--roster", __file__), ("--teams", "0"), ("--teams", "10001")])
def test_a_number_of_teams_is_asked_for_once(said: tuple[str, ...]) -> None:
    """It is usage otherwise."""
    done = CliRunner().invoke(lab, ["event", "plan", *said], standalone_mode=False)
    assert isinstance(done.exception, click.UsageError)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (119.4, "119 s"), (120, "2 min"), (3600, "1 h"), (7199.9, "2 h"), (9000, "2 h 30 min")],
)
def test_spans_are_said_as_people_do(seconds: float, said: str) -> None:
    """In seconds, in minutes, in hours and minutes."""
    assert span(seconds) == said

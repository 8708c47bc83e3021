"""`lab event init`, as organisers type it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.testing import CliRunner, Result

from infra.cli import exit_code, lab
from infra.deploy.state import NoLabError
from infra.event.record import UnreadableEventError
from infra.event.roster import EXAMPLE, RosterError
from scenario.exits import Exit
from scenario.story import team_seed


def init(folder: Path, *more: str) -> Result:
    """Run the verb with a state folder and a roster in this folder."""
    arguments = ["event", "init", "--roster", str(folder / "roster.csv"), "--state", str(folder / "state"), *more]
    return CliRunner().invoke(lab, arguments, standalone_mode=False)


def test_an_event_begins_once(tmp_path: Path) -> None:
    """First an example to fill in, then the event; once more, with another roster, its secrets are the same."""
    first = init(tmp_path)
    assert (first.return_value, first.stdout) == (Exit.NOT_READY, "")
    assert first.stderr.startswith(f"there was no {tmp_path / 'roster.csv'}")
    roster, kept = tmp_path / "roster.csv", tmp_path / "state" / "event.json"
    assert (roster.read_text("utf-8"), kept.exists()) == (EXAMPLE, False)
    second = init(tmp_path)
    assert second.return_value == Exit.DONE
    assert second.stdout.startswith(f"the event of {kept} has 2 teams in eu-west-1: ")
    secrets = json.loads(kept.read_text("utf-8"))
    keys = {"seed", "external_id", "signing_key", "token_key", "organiser_token"}
    assert set(secrets) == keys | {"created_at", "home"}
    assert (len({secrets[name] for name in keys}), secrets["home"]) == (len(keys), None)
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    roster.write_text(EXAMPLE + "green,555566667777,us-east-1,,\n", encoding="utf-8")
    third = json.loads(init(tmp_path, "--json").stdout)
    assert (third["event"], third["created_at"]) == (str(kept), secrets["created_at"])
    assert third["teams"][2] == {
        "team": "green",
        "account_id": "555566667777",
        "region": "us-east-1",
        "emails": [],
        "language": "en",
    }
    assert json.loads(kept.read_text("utf-8")) == secrets
    assert not any(secrets[name] in json.dumps(third) for name in keys)


def test_a_roster_with_faults_begins_nothing(tmp_path: Path) -> None:
    """It is usage."""
    (tmp_path / "roster.csv").write_text(EXAMPLE + "red,1,,,", encoding="utf-8")
    error = init(tmp_path).exception
    assert isinstance(error, RosterError)
    assert exit_code(error) == Exit.USAGE
    assert [fault.partition(": ")[0] for fault in error.faults] == ["line 4"] * 3
    assert not (tmp_path / "state").exists()


def test_where_nothing_can_be_written_is_usage(tmp_path: Path) -> None:
    """The file is named, with the reason: for the example, and for the event."""
    example = init(tmp_path / "nowhere").exception
    assert isinstance(example, click.FileError)
    where = f"'{tmp_path}/nowhere/roster.csv'"
    assert example.format_message() == f"Could not open file {where}: No such file or directory"
    (tmp_path / "roster.csv").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "state").touch()
    event = init(tmp_path).exception
    assert isinstance(event, click.FileError)
    assert event.format_message() == f"Could not open file '{tmp_path}/state/event.json': File exists"


def test_secrets_that_nobody_can_read_are_left_alone(tmp_path: Path) -> None:
    """They may be what a whole event was drawn from."""
    (tmp_path / "roster.csv").write_text(EXAMPLE, encoding="utf-8")
    assert init(tmp_path).return_value == Exit.DONE
    kept = tmp_path / "state" / "event.json"
    kept.write_text(kept.read_text("utf-8")[:-3], encoding="utf-8")
    before = kept.read_text("utf-8")
    error = init(tmp_path).exception
    assert isinstance(error, UnreadableEventError)
    assert (exit_code(error), kept.read_text("utf-8")) == (Exit.NOT_READY, before)


def test_the_group_and_the_verb_take_the_same_options(tmp_path: Path) -> None:
    """What was said to the group holds, unless the verb says otherwise."""
    (tmp_path / "roster.csv").write_text(EXAMPLE, encoding="utf-8")
    said = ["event", "--state", str(tmp_path / "a"), "init", "--roster", str(tmp_path / "roster.csv")]
    runner = CliRunner()
    assert runner.invoke(lab, said, standalone_mode=False).return_value == Exit.DONE
    assert runner.invoke(lab, [*said, "--state", str(tmp_path / "b")], standalone_mode=False).return_value == Exit.DONE
    seeds = [json.loads((tmp_path / name / "event.json").read_text("utf-8"))["seed"] for name in ("a", "b")]
    assert seeds[0] != seeds[1]
    assert team_seed(seeds[0], "111122223333") != team_seed(seeds[1], "111122223333")


def test_verbs_of_one_lab_say_where_an_events_labs_are(tmp_path: Path) -> None:
    """They are in the accounts of its teams, not in the organiser's folder."""
    (tmp_path / "roster.csv").write_text(EXAMPLE, encoding="utf-8")
    assert init(tmp_path).return_value == Exit.DONE
    asked = CliRunner().invoke(lab, ["grade", "--state", str(tmp_path / "state")], standalone_mode=False)
    assert isinstance(asked.exception, NoLabError)
    assert "`lab event status` shows them" in str(asked.exception)

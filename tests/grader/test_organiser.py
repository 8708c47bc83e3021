from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click import UsageError
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.cli import grade
from grader.collected import Collected
from grader.desk.app import create_app
from grader.desk.team import DeskTeam
from grader.organiser import NotGradedError, collect, exit_under, export, verify
from grader.report import Finding, Report, Verdict
from grader.stats import stats
from grader.submissions import SubmissionLog
from scenario.access import Access, Credentials
from scenario.exits import Exit
from tests.grader.desk_teams import KEY, SECRET, TOKEN, desk_team
from tests.grader.scenes import contained
from tests.grader.serving import serving

VERBS = {"grade": grade, "export": export, "verify": verify, "collect": collect, "stats": stats}
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RED = "red-token-of-128-bits-or-more-"


@dataclass
class House:
    """What a state folder and an environment give to the verbs."""

    path: Path
    teams: Sequence[DeskTeam] = field(
        default_factory=lambda: (desk_team("blue"), replace(desk_team("red", RED), seed_id="of red"))
    )
    team: str | None = None
    portal: str = ""
    up: bool = True
    language: str = "en"

    def access(self) -> Access:
        return Access(
            team="blue",
            region="us-east-1",
            endpoint=None,
            credentials=Credentials(access_key_id="testing", secret_access_key="testing"),
            portal=self.portal,
            token=TOKEN,
            store_kind="lake",
            store_id="store",
        )

    def learner(self) -> Access | None:
        return self.access() if self.portal else None

    def desk(self) -> DeskTeam:
        return next(team for team in self.teams if team.stage.team == (self.team or "blue"))

    def desks(self) -> Sequence[DeskTeam]:
        if not self.up:
            raise LookupError("no lab is up")
        return self.teams

    def known_desks(self) -> Sequence[DeskTeam]:
        return self.teams

    @contextmanager
    def submissions(self) -> Iterator[SubmissionLog]:
        with SubmissionLog.open(self.path) as log:
            yield log

    def signing_secret(self) -> bytes:
        return SECRET


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "submissions.db")


def run(house: House, *arguments: str, given: str | None = None) -> Result:
    """A verb as the stem calls it."""
    return CliRunner().invoke(VERBS[arguments[0]], arguments[1:], obj=house, input=given, standalone_mode=False)


def done(house: House, *arguments: str, given: str | None = None) -> tuple[int, str]:
    """Exit code and standard output."""
    result = run(house, *arguments, given=given)
    assert result.exception is None, result.output
    value: int = result.return_value
    return value, result.stdout


def test_a_class_is_graded_with_progress_and_kept(house: House) -> None:
    """Each team is told as it ends; the last word is the whole class, in its order."""
    result = run(house, "grade", "--all")
    assert result.return_value == Exit.DONE
    said = result.stdout.splitlines()
    assert [line.split(":")[0] for line in said] == ["blue", "red"]
    assert sorted(line.split(": ", 1)[1] for line in result.stderr.splitlines()) == sorted(said)
    assert {line.split(": ")[0] for line in result.stderr.splitlines()} == {"1 of 2", "2 of 2"}
    with house.submissions() as log:
        assert sorted(log.graded()) == ["blue", "red"]


def test_a_class_is_a_document_too(house: House) -> None:
    """Each team with its report; who cannot be graded with the reason, and then the exit code is 3."""

    def no_key() -> dict[str, Any]:
        raise ValueError("no key")

    house.teams = (house.teams[0], replace(house.teams[1], key=no_key))
    code, text = done(house, "grade", "--all", "--json")
    document = json.loads(text)
    assert (code, document["schema"]) == (Exit.NOT_READY, "ec2-investigation-lab/class/1")
    blue, red = document["teams"]
    assert (blue["team"], blue["report"]["team"], blue["trouble"]) == ("blue", "blue", "")
    assert red == {"team": "red", "report": None, "trouble": "ValueError: no key"}


@pytest.mark.parametrize(
    ("scores", "least", "expected"),
    [
        ([(60, 0)], None, Exit.DONE),
        ([(60, 0), (80, 0)], 60, Exit.DONE),
        ([(60, 0), (80, 0)], 61, Exit.FAILED),
        ([(60, 10), (80, 0)], 61, Exit.NOT_READY),
        ([(60, 10), (10, 0)], 61, Exit.FAILED),
        ([(0, 100)], 100, Exit.NOT_READY),
        ([], 60, Exit.DONE),
    ],
)
def test_a_minimum_holds_open_points_against_nobody(
    scores: list[tuple[int, int]], least: float | None, expected: Exit
) -> None:
    """Too few points fail, unless those that are open may make them enough."""

    def report(score: int, still: int) -> Report:
        findings = (
            Finding(id="a", verdict=Verdict.FAIL, points=score, max=100 - still, message="."),
            Finding(id="b", verdict=Verdict.UNKNOWN, points=0, max=still, message="."),
        )
        return Report(team="blue", findings=findings, graded_at=NOW)

    assert exit_under([report(*score) for score in scores], least) is expected


def test_what_was_collected_is_graded_again_without_aws(house: House, tmp_path: Path) -> None:
    """The same report to the letter, signature and all, and from a file that holds no secret."""
    path, desk = tmp_path / "blue.json", house.desk()
    collected = Collected(evidence=replace(contained().evidence(), stage=desk.stage), sheet=KEY)
    path.write_text(json.dumps(collected.as_json()), "utf-8")
    code, text = done(house, "grade", "--evidence", str(path), "--json")
    assert (code, Report.from_json(json.loads(text))) == (Exit.DONE, desk.judge(collected))
    assert json.loads(text)["score"] == 100
    assert done(house, "verify", "-", given=text)[0] == Exit.DONE


def test_collecting_saves_what_could_be_seen_and_says_what_could_not(house: House, tmp_path: Path) -> None:
    """The file is whole, and grades to what grading says now; the exit code tells that something is missing."""
    path = tmp_path / "blue.json"
    with house.submissions() as log:
        log.add_sheet("blue", {"primary_call": "ListUsers"}, NOW)
    result = run(house, "collect", "--out", str(path))
    assert result.return_value == Exit.NOT_READY
    assert "AWS did not show events: An error occurred (AccessDenied)" in result.stderr
    collected = Collected.read(path.read_text("utf-8"))
    assert (collected.sheet, collected.evidence.stage) == ({"primary_call": "ListUsers"}, house.desk().stage)
    text = done(house, "grade", "--evidence", str(path), "--json")[1]
    assert Report.from_json(json.loads(text)) == house.desk().judge(collected)


@pytest.mark.parametrize("text", ["", "{}", "[1]"])
def test_what_was_never_collected_is_a_mistake_of_usage(house: House, tmp_path: Path, text: str) -> None:
    """With the name of the file."""
    path = tmp_path / "odd.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"odd\.json is nothing that `lab collect` wrote"):
        raise_from(run(house, "grade", "--evidence", str(path)))


def test_evidence_of_another_lab_is_not_graded_with_this_ones_key(house: House, tmp_path: Path) -> None:
    """A team of the same name in another account is another team."""
    path, desk = tmp_path / "other.json", house.desk()
    other = replace(desk.stage, account_id="999999999999")
    collected = Collected(evidence=replace(contained().evidence(), stage=other), sheet={})
    path.write_text(json.dumps(collected.as_json()), "utf-8")
    with pytest.raises(UsageError, match="a lab whose answer key is not here"):
        raise_from(run(house, "grade", "--evidence", str(path)))


def test_all_and_evidence_exclude_each_other(house: House, tmp_path: Path) -> None:
    """One asks AWS, the other must not."""
    (tmp_path / "e.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="choose one"):
        raise_from(run(house, "grade", "--all", "--evidence", str(tmp_path / "e.json")))


PLACES = st.lists(st.integers(0, 7), min_size=1, max_size=7)
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        0,
        -1,
        1e308,
        True,
        "",
        "x",
        "\udcff",
        "9999-12-31T23:59:59+00:00",
        "2026-11-24T10:00:00",
        [],
        [[]],
        [None],
        {},
    ]
)


def damaged(document: Any, places: list[int], junk: Any) -> Any:
    """The document with junk in one place, so deep; None as junk takes the place away."""
    if not places or not isinstance(document, (dict, list)) or not document:
        return junk
    keys = list(document) if isinstance(document, dict) else list(range(len(document)))
    key = keys[places[0] % len(keys)]
    document[key] = damaged(document[key], places[1:], junk)
    return document


@given(st.sampled_from(["sheet", "attempts", "hints", "evidence"]), PLACES, JUNK)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@example("evidence", [3, 0, 0], None)
def test_a_damaged_file_is_told_in_a_sentence(house: House, part: str, places: list[int], junk: Any) -> None:
    """Wherever it is damaged: a report, or exit code 2."""
    desk = house.desk()
    evidence = replace(contained().evidence(), stage=desk.stage)
    document = Collected(evidence=evidence, sheet=KEY, attempts={"footprint": 2}, hints={"isolated": 1}).as_json()
    document = json.loads(json.dumps(document))
    document[part] = damaged(document[part], places, junk)
    path = house.path.with_name("damaged.json")
    path.write_text(json.dumps(document))
    result = run(house, "grade", "--evidence", str(path))
    assert result.exception is None or isinstance(result.exception, UsageError), document


def raise_from(result: Result) -> None:
    """What the verb raised, as the stem would meet it."""
    assert result.exception is not None
    raise result.exception


def test_a_report_is_verified_and_tampering_is_not_missed(house: House) -> None:
    """Exit code 0 for what the lab said, 1 for anything else, each with a sentence."""
    report = house.desk().judge(Collected(evidence=contained().evidence(), sheet=KEY))
    text = json.dumps(report.as_json())
    assert done(house, "verify", "-", given=text) == (
        Exit.DONE,
        f"Genuine. blue: 100 of 100 points, graded {report.graded_at:%Y-%m-%d %H:%M:%S} UTC.\n",
    )
    for forged in (text.replace('"team": "blue"', '"team": "red"'), text.replace(report.signature, "0" * 64)):
        assert forged != text
        result = run(house, "verify", "-", given=forged)
        assert (result.return_value, result.stderr) == (
            Exit.FAILED,
            "Not genuine: this lab did not sign it, or it was changed since.\n",
        )
    assert run(house, "verify", "-", given="{").return_value == Exit.FAILED


def test_every_form_is_exported(house: House, tmp_path: Path) -> None:
    """Of the last report that was kept, to a file or to standard output."""
    first, last = (house.desk().judge(Collected(evidence=contained().evidence(), sheet=sheet)) for sheet in ({}, KEY))
    with house.submissions() as log:
        for report in (first, last):
            log.add_report("blue", report, NOW)
    out = tmp_path / "out"
    for form in ("text", "json", "junit", "html", "gradescope", "csv"):
        code, printed = done(house, "export", "--format", form)
        assert (code, done(house, "export", "--format", form, "--out", str(out))) == (Exit.DONE, (Exit.DONE, ""))
        assert out.read_text("utf-8") == printed
    assert json.loads(done(house, "export", "--format", "json")[1]) == last.as_json()
    assert json.loads(done(house, "export", "--format", "gradescope")[1])["score"] == 100
    assert ElementTree.fromstring(done(house, "export", "--format", "junit")[1]).get("failures") == "0"
    assert [row["score"] for row in csv.DictReader(StringIO(done(house, "export", "--format", "csv")[1]))] == ["100"]


def test_a_class_is_exported_as_one_table_and_otherwise_team_by_team(house: House) -> None:
    """What is of one team needs its name where there are several."""
    run(house, "grade", "--all")
    rows = list(csv.DictReader(StringIO(done(house, "export", "--format", "csv")[1])))
    assert [row["team"] for row in rows] == ["blue", "red"]
    with pytest.raises(UsageError, match="choose one of blue, red with --team"):
        raise_from(run(house, "export", "--format", "html"))
    house.team = "red"
    assert "Team red" in done(house, "export", "--format", "html")[1]


def test_reports_of_an_earlier_lab_are_not_of_this_class(house: House) -> None:
    """A team may have been reset, with the same seed or another: its earlier lab's report is of it no longer."""
    run(house, "grade", "--all")
    blue, red = house.teams
    house.teams = (red, replace(blue, stage=replace(blue.stage, store_id="another")))
    assert json.loads(done(house, "stats", "--json")[1])["teams"] == 1
    rows = csv.DictReader(StringIO(done(house, "export", "--format", "csv")[1]))
    assert [row["team"] for row in rows] == ["red"]
    house.team = "blue"
    with pytest.raises(NotGradedError):
        raise_from(run(house, "export"))
    house.team, house.up = None, False
    assert json.loads(done(house, "stats", "--json")[1])["teams"] == 2


def test_when_no_lab_is_up_the_latest_report_of_a_team_is_its_own(house: House) -> None:
    """Of its labs, one after the other."""
    with house.submissions() as log:
        for lab, points in (("one", 1.0), ("two", 2.0)):
            finding = Finding(id="isolated", verdict=Verdict.FAIL, points=points, max=15, message="-")
            log.add_report(lab, Report(team="blue", graded_at=NOW, findings=(finding,)), NOW)
    house.up = False
    assert json.loads(done(house, "export", "--format", "json")[1])["score"] == 2


def test_nobody_graded_yet_is_said(house: House) -> None:
    """With what to do about it."""
    with pytest.raises(NotGradedError, match="lab grade --all"):
        raise_from(run(house, "export"))


@pytest.mark.parametrize("graded", [False, True])
def test_a_team_that_is_not_there_is_said(house: House, graded: bool) -> None:
    """Whether or not others were graded; one that is there and was not graded is another matter."""
    if graded:
        run(house, "grade", "--all")
        house.teams = (*house.teams, desk_team("green"))
    house.team = "nobody"
    with pytest.raises(UsageError, match=r"there is no team 'nobody': choose one of blue, (green, )?red with --team"):
        raise_from(run(house, "export"))
    house.team = "green" if graded else "red"
    with pytest.raises(NotGradedError):
        raise_from(run(house, "export"))


def test_a_learner_exports_the_own_report(house: House) -> None:
    """Through the lab's HTTP API; no state folder is asked."""
    with house.submissions() as log, serving(create_app(house.teams, log)) as url:
        learner = replace(house, path=Path("/nowhere/at/all"), portal=url)
        code, text = done(learner, "export", "--format", "json")
    assert (code, json.loads(text)["team"]) == (Exit.DONE, "blue")


def test_a_class_has_its_statistics(house: House) -> None:
    """Over the last reports, with the commonest wrong answer, also when the lab is down."""
    with house.submissions() as log:
        for team in ("blue", "red"):
            log.add_sheet(team, {"primary_call": "RunInstances"}, NOW)
    run(house, "grade", "--all")
    code, text = done(house, "stats", "--json")
    document = json.loads(text)
    assert (code, document["schema"], document["teams"]) == (Exit.DONE, "ec2-investigation-lab/statistics/1", 2)
    assert document["tasks"][1] == {
        "id": "primary_call",
        "title": "The primary call",
        "teams": 2,
        "solved": 0,
        "partly": 0,
        "unknown": 2,
        "attempts": 1.0,
        "hints": 0.0,
        "wrong": "runinstances",
        "wrong_teams": 2,
    }
    table = done(house, "stats")[1].splitlines()
    assert table[0].split() == [
        "task",
        "solved",
        "partly",
        "unknown",
        "attempts",
        "hints",
        "commonest",
        "wrong",
        "answer",
    ]
    assert table[2].split() == ["primary_call", "0/2", "0/2", "2/2", "1", "0", "runinstances", "(2)"]
    house.up = False
    assert json.loads(done(house, "stats", "--json")[1]) == document

from __future__ import annotations

from datetime import UTC, datetime

from grader.report import Finding, Report, Verdict
from grader.statistics import Answered, TaskStatistics, commonest_wrong, statistics
from tests.grader.desk_teams import KEY

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def report(team: str, verdict: Verdict, points: float, attempts: int = 0, hints: int = 0) -> Report:
    finding = Finding(
        id="footprint",
        title="The footprint",
        verdict=verdict,
        points=points,
        max=10,
        message="Said.",
        attempts=attempts,
        hints=hints,
    )
    return Report(team=team, findings=(finding,), graded_at=NOW)


def answered(**sheet: object) -> Answered:
    return Answered(sheets=[sheet], key=KEY, bucket="lab-drop-4711")


def test_a_class_is_counted_task_by_task() -> None:
    """Solved, partly and unknown exclude each other; medians are over all teams, whoever they are."""
    reports = [
        report("a", PASS, 10, attempts=1, hints=0),
        report("b", PASS, 8, attempts=2, hints=1),
        report("c", FAIL, 2.5, attempts=10, hints=3),
        report("d", FAIL, 0, attempts=0, hints=0),
        report("e", UNKNOWN, 0, attempts=5, hints=0),
    ]
    assert statistics(reports) == (
        TaskStatistics(
            id="footprint",
            title="The footprint",
            teams=5,
            solved=2,
            partly=1,
            unknown=1,
            attempts=2.0,
            hints=0.0,
        ),
    )


def test_nobody_graded_is_no_statistics() -> None:
    """An empty class is no reason to fall over."""
    assert statistics([]) == ()


def test_the_commonest_wrong_answer_is_counted_once_a_team() -> None:
    """Of a set it is the wrong entry; case does not make two of one; of equals the first by the alphabet."""
    often = [
        Answered(sheets=[{"primary_call": "RunInstances"}, {"primary_call": "runinstances"}], key=KEY, bucket="b"),
        answered(primary_call="RUNINSTANCES", read_only_calls=[*KEY["read_only_calls"], "Zeta", "Alpha"]),
        answered(primary_call="CreateUser", read_only_calls=["Zeta", "Alpha", "Beta"]),
        answered(primary_call=KEY["primary_call"]),
    ]
    assert commonest_wrong(often) == {"primary_call": ("runinstances", 2), "read_only_calls": ("alpha", 2)}


def test_what_nobody_can_help_is_not_wrong() -> None:
    """The calls of an agent under the role are no mistake of whoever saw them."""
    assert commonest_wrong([answered(read_only_calls=[*KEY["read_only_calls"], "UpdateInstanceInformation"])]) == {}


def test_a_task_carries_its_commonest_wrong_answer() -> None:
    """Where sheets and keys are at hand."""
    (task,) = statistics(
        [report("a", FAIL, 0)], [answered(footprint=[{"action": "X", "service": "s3", "region": "eu-west-1"}])]
    )
    assert (task.wrong, task.wrong_teams) == ("x s3 eu-west-1", 1)

"""The limits of an event: the file, and what they leave room for."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator, FormatChecker

from infra.deploy.doctor.checks import HOSTS, MOST_STORES, MOST_TRAILS, PROCESSORS
from infra.event.limits import LIMITS, bounds, phases, reached
from infra.event.schedule import Pace


def test_the_limits_are_of_their_schema() -> None:
    """And every phase uses limits that are there, every limit is used, none is there twice."""
    limits = json.loads(LIMITS.read_text("utf-8"))
    schema = json.loads(LIMITS.with_name(limits["$schema"]).read_text("utf-8"))
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(limits)
    named = [limit["id"] for limit in limits["limits"]]
    assert len(set(named)) == len(named)
    assert {name for phase in limits["phases"] for name in phase["uses"]} == set(named)
    assert len({phase["id"] for phase in limits["phases"]}) == len(limits["phases"])


def test_they_say_what_the_doctor_says() -> None:
    """One number for one quota."""
    deploy = {bound.limit.id: bound for bound in bounds() if bound.phase.id == "deploy"}
    assert [deploy[name].limit.value for name in ("event_data_stores", "trails")] == [MOST_STORES, MOST_TRAILS]
    assert deploy["processors"].use == HOSTS * PROCESSORS


def test_each_phase_goes_at_the_pace_of_its_narrowest_limits() -> None:
    """Those of the organiser's account; a team's own make no other team wait."""
    assert {phase.id: phase.pace() for phase in phases()} == {
        "deploy": Pace(at_once=100),
        "wait": Pace(),
        "learn": Pace(),
        "grade": Pace(at_once=1000, a_second=100),
        "teardown": Pace(at_once=100),
    }


def test_a_team_waits_for_its_own_account() -> None:
    """Twenty LookupEvents at two a second take ten seconds, less than grading does; learners take their hours."""
    alone = {phase.id: phase.alone(hours=2) for phase in phases()}
    assert (alone["grade"], alone["learn"]) == (30, 7200)
    (lookups,) = (bound for bound in bounds() if bound.limit.id == "lookup_events")
    assert lookups.use / lookups.limit.value == 10


def test_what_breaks_first() -> None:
    """A new account's processors, an organization's accounts; from thousands of teams on the page."""
    assert [(bound.reached_by, bound.phase.id, bound.limit.id, bound.refuses) for bound in reached(5_001)] == [
        (1, "deploy", "processors", True),
        (10, "deploy", "organization_accounts", True),
        (101, "deploy", "stackset_concurrency", False),
        (101, "grade", "lambda_scaling", False),
        (101, "teardown", "stackset_concurrency", False),
        (1_001, "grade", "lambda_concurrency", False),
        (5_001, "learn", "api_requests", True),
        (5_001, "learn", "lambda_concurrency", True),
    ]
    assert reached(5_000) == reached(5_001)[:-2]

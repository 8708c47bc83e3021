"""Many accounts deployed and cleared: each by itself, by whoever asks, as often as they ask."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from grader.event.labs import GRADER_ROLE
from infra.deploy.account import AccountError
from infra.event.organisation.organisation import ABSENT, GONE, TWICE, Organisation
from infra.event.record import Event
from scenario.exits import Exit
from tests.infra.deploy.accounts import everything
from tests.infra.event.organisation.conftest import ROLE, Place


def states(outcomes: Any) -> list[tuple[str, str]]:
    """Team and state of each."""
    return [(outcome.team, outcome.state) for outcome in outcomes]


def test_an_account_that_fails_has_its_cause_and_holds_up_no_other(place: Place, heard: list[str]) -> None:
    """No role, a stack that fails half-way: the others have their lab, and once it is mended, so has that one."""
    sound, denied, half, other = (
        place.team("sound"),
        place.team("denied", open_door=False),
        place.team("half"),
        place.team("other", region="eu-west-1"),
    )
    teams = place.enrol(sound, denied, half, other)
    before = [everything(place.session(team)) for team in teams]
    iam = place.session(half).client("iam")
    iam.create_role(RoleName=GRADER_ROLE, AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    outcomes = place.organisation.deploy(teams, heard.append)
    assert states(outcomes) == [("sound", "done"), ("denied", "failed"), ("half", "failed"), ("other", "done")]
    assert ROLE in outcomes[1].cause
    assert outcomes[2].cause.startswith("AccessGraderRole (AWS::IAM::Role): ")
    shown = {one.entry.team: (one.lab, one.cause) for one in place.organisation.status(teams, heard.append)}
    assert (shown["sound"], shown["denied"][0]) == (("CURRENT", ""), "OUTDATED")
    iam.delete_role(RoleName=GRADER_ROLE)
    again = place.organisation.deploy(teams, heard.append)
    assert states(again) == [("sound", "done"), ("denied", "failed"), ("half", "done"), ("other", "done")]
    assert [outcome.cause for outcome in again if outcome.state == "done"] == [
        "it stood already",
        "",
        "it stood already",
    ]
    cleared = place.organisation.teardown(teams, heard.append)
    assert states(cleared) == [("sound", "done"), ("denied", "failed"), ("half", "done"), ("other", "done")]
    assert [everything(place.session(team)) for team in teams] == before
    assert [*place.organisation.stack_set.instances()] == [(denied.account_id, denied.region)]
    twice = place.organisation.teardown([sound, half], heard.append)
    assert {outcome.cause for outcome in twice} == {"nothing of a lab was there"}


def test_a_roster_may_be_edited_between_runs(place: Place, heard: list[str]) -> None:
    """Added is deployed, removed is told of and kept until asked for, moved waits for that, renamed is nothing."""
    stays, leaves, moves = place.team("stays"), place.team("leaves"), place.team("moves")
    place.organisation.deploy(place.enrol(stays, leaves, moves), heard.append)
    before = place.organisation.stack_set.instances()
    comes = place.team("comes")
    moved = replace(moves, region="eu-west-1")
    renamed = replace(stays, team="renamed")
    teams = place.enrol(renamed, moved, comes)
    heard.clear()
    outcomes = place.organisation.deploy(teams, heard.append)
    assert [(o.team, o.state, o.cause) for o in outcomes] == [
        ("renamed", "done", "it stood already"),
        ("moves", "failed", TWICE.format(region=moves.region)),
        ("comes", "done", ""),
    ]
    told = [f"account {team.account_id} in {team.region}: {GONE}" for team in (leaves, moves)]
    assert [line for line in heard if line.endswith(GONE)] == told
    done = place.lab("teardown", "--gone", "--yes", "--json")
    assert [(one["account_id"], one["state"]) for one in json.loads(done.out)["outcomes"]] == [
        (leaves.account_id, "done"),
        (moves.account_id, "done"),
    ]
    assert states(place.organisation.deploy(teams, heard.append)) == [(team.team, "done") for team in teams]
    after = place.organisation.stack_set.instances()
    assert sorted(after) == sorted((team.account_id, team.region) for team in teams)
    assert after[stays.account_id, stays.region] == before[stays.account_id, stays.region]


def test_two_organisers_deploy_at_once(place: Place) -> None:
    """The second waits for the first; both are told that all is done, and every account has one lab."""
    teams = place.enrol(*(place.team(name) for name in ("red", "blue", "green")))
    two = [Organisation(account=place.account, roster=place.roster) for _ in range(2)]
    heard: list[list[str]] = [[], []]
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda one, said: one.deploy(teams, said.append), two, heard))
    assert [states(end) for end in ends] == [[(team.team, "done") for team in teams]] * 2
    for team in teams:
        (stack,) = place.session(team).client("cloudformation").describe_stacks()["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_a_deployment_that_was_interrupted_goes_on(place: Place, heard: list[str]) -> None:
    """Ctrl-C after AWS was asked: the same verb again finds what stands."""
    teams = place.enrol(place.team("red"), place.team("blue", region="eu-west-1"))
    client = place.account.client("cloudformation")

    def interrupt(**_: object) -> None:
        client.meta.events.unregister("after-call.cloudformation.CreateStackInstances", interrupt)
        raise KeyboardInterrupt

    client.meta.events.register("after-call.cloudformation.CreateStackInstances", interrupt)
    with pytest.raises(KeyboardInterrupt):
        place.organisation.deploy(teams, heard.append)
    outcomes = place.organisation.deploy(teams, heard.append)
    assert [(o.team, o.state, o.cause) for o in outcomes] == [("red", "done", "it stood already"), ("blue", "done", "")]


def test_a_suspended_account_is_said_to_be(place: Place, heard: list[str]) -> None:
    """AWS skips it and gives no reason: the verb has one."""
    organizations = place.spare.session.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    sound = place.team("sound")
    suspended = replace(sound, team="suspended", account_id=made)
    organizations.close_account(AccountId=made)
    outcomes = place.organisation.deploy(place.enrol(sound, suspended), heard.append)
    assert [(o.team, o.state, o.cause) for o in outcomes] == [
        ("sound", "done", ""),
        ("suspended", "failed", "the account is suspended: AWS skipped it"),
    ]


def test_status_says_who_has_no_lab_and_whose_lab_is_nobodys(place: Place, heard: list[str]) -> None:
    """For people and for scripts."""
    red, blue = place.enrol(place.team("red"), place.team("blue"))
    place.organisation.deploy([red], heard.append)
    place.enrol(blue)
    done = place.lab("status", "--json")
    shown = json.loads(done.out)
    assert (done.code, [(one["entry"]["team"], one["lab"], one["cause"]) for one in shown["teams"]]) == (
        Exit.FAILED,
        [("blue", "", ABSENT)],
    )
    assert [(one["entry"]["account_id"], one["lab"]) for one in shown["gone"]] == [(red.account_id, "CURRENT")]
    lines = place.lab("status").out.splitlines()
    assert lines[1].endswith("CURRENT  not in the roster: `lab event teardown --gone` removes it")


def test_mistakes_are_usage(place: Place) -> None:
    """A team that is not there, both ways of choosing, another account than the event's home."""
    place.enrol(place.team("red"), place.team("blue"))
    done = place.lab("status", "--only", "rad")
    assert done.code == Exit.USAGE
    assert done.err.endswith("there is no team 'rad', but red")
    assert place.lab("teardown", "--gone", "--only", "red").code == Exit.USAGE
    assert place.lab("status", "--region", "eu-west-1").code == Exit.USAGE
    assert place.lab("teardown", "--dry-run").code == Exit.DONE
    with pytest.raises(AccountError, match="at home in account"):
        Event.of(place.spare.folder).at_home(replace(place.account, region="eu-west-1"))

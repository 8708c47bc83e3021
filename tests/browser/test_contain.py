"""Containment by boto3 while the page is open. Each test has a team of its own: what is done cannot be undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Page, expect

from infra.deploy.state import Lab, StateFolder, Team
from infra.local.fault_cli import call
from infra.local.faults import Fault
from infra.local.lab import Plan, running
from scenario.responders.reference import ReferenceLearner
from tests.browser.accessible import violations
from tests.browser.conftest import Browse

TEAMS = ("order", "hasty", "bad-day")
GOALS = ("snapshotted", "isolated", "terminated", "no_collateral_damage")


@pytest.fixture(scope="module")
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    plan = Plan(teams=TEAMS, background=100, seed="a-seed-for-containment")
    with running(plan, StateFolder(tmp_path_factory.mktemp("state")), say=lambda _: None) as up:
        yield up


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """AWS is asked every few seconds only."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def learner_of(team: Team) -> ReferenceLearner:
    return ReferenceLearner(team.access.session(), store_id=team.access.store_id)


def opened(page: Page, lab: Lab, team: Team) -> Page:
    """The team's Contain view, judged once; nothing moves, so that colours are what they will be."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(lab.link(team.access.token))
    page.wait_for_url(f"{lab.portal}/work**")
    page.goto(f"{lab.portal}/contain")
    stand(page, "todo", "todo", "todo", "todo")
    return page


def stand(page: Page, *kinds: str) -> None:
    """Wait until the findings look so."""
    for goal, kind in zip(GOALS, kinds, strict=True):
        expect(page.locator(f"#finding-{goal}")).to_have_attribute("data-verdict", kind)


def test_containment_turns_green_step_by_step(own_lab: Lab, browse: Browse) -> None:
    """The picture changes with every act, and what changed is said aloud."""
    team = own_lab.teams[0]
    stage, learner = team.stage, learner_of(team)
    page = opened(browse(), own_lab, team)
    expect(page.get_by_text("Which of these instances is it?")).to_be_visible()
    assert violations(page) == []

    page.locator(f"#choose-{stage.instance_id}").press("Enter")
    expect(page.get_by_role("group", name=f"Instance {stage.instance_id}")).to_be_focused()
    drawn = page.locator(f"#instance-{stage.instance_id}")
    expect(drawn).to_contain_text("running")
    expect(page.locator("#picture")).to_contain_text("traffic passes")
    expect(page.locator("#picture")).not_to_contain_text("compromised")
    expect(page).to_have_url(f"{own_lab.portal}/contain?instance={stage.instance_id}")

    instance = learner.describe(stage.instance_id)
    (taken,) = learner.snapshot(instance)
    expect(page.locator(f"#snapshot-{taken}")).to_contain_text("completed")
    stand(page, "pass", "todo", "todo", "todo")
    expect(page.locator("#said")).to_have_text("Changed: Snapshot: pass")
    expect(drawn).to_contain_text("compromised")

    group = learner.isolate(instance)
    expect(page.locator(f"#group-{stage.interface_id}-{group}")).to_contain_text("closed")
    stand(page, "pass", "pass", "todo", "todo")
    expect(page.locator("#picture")).to_contain_text("cut off")

    learner.terminate(instance)
    expect(drawn).to_contain_text("terminated")
    stand(page, "pass", "pass", "pass", "pass")
    expect(page.locator("#picture")).to_contain_text("A terminated instance shows no groups")
    expect(page.locator("#contain-points")).to_have_text(re.compile(r"^\s*40\s*/ 40 points\s*$"))
    expect(page.locator("#finding-terminated a.tag")).to_have_attribute("href", re.compile(r"^/see/event/[\w-]+$"))
    assert violations(page) == []

    page.get_by_role("button", name="Have it graded").click()
    expect(page.get_by_text("It is graded, and your points are kept.")).to_be_visible()


def test_an_instance_that_is_ended_first_turns_red(own_lab: Lab, browse: Browse) -> None:
    """What can no longer be done is said, in Vietnamese on a phone in the dark as well."""
    team = own_lab.teams[1]
    learner = learner_of(team)
    page = opened(browse(locale="vi-VN", dark=True, width=390, height=844), own_lab, team)
    learner.terminate(learner.describe(team.stage.instance_id))
    stand(page, "fail", "fail", "pass", "pass")
    expect(page.locator("#finding-snapshotted")).to_contain_text("không thể sửa lại được nữa")
    expect(page.locator(f"#instance-{team.stage.instance_id}")).to_contain_text("terminated")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_aws_that_does_not_answer_is_said_calmly(own_lab: Lab, browse: Browse) -> None:
    """The picture stays as it was last seen, and the page goes on by itself."""
    team = own_lab.teams[2]
    page = opened(browse(), own_lab, team)
    page.locator(f"#choose-{team.stage.instance_id}").click()
    expect(page.locator(f"#instance-{team.stage.instance_id}")).to_be_visible()
    call(team, "POST", msgspec.json.encode(Fault(kind="unavailable", operation="ec2:Describe*")))
    expect(page.locator("#picture")).to_contain_text("AWS does not answer. Last seen")
    expect(page.locator(f"#instance-{team.stage.instance_id}")).to_be_visible()
    stand(page, "todo", "todo", "todo", "todo")
    assert violations(page) == []
    call(team, "DELETE", b"")
    expect(page.locator("#picture")).not_to_contain_text("AWS does not answer")

"""What many tests share: one lab, really up, with its learner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from jsonschema import Draft202012Validator, FormatChecker

from grader.report import Report, report_schema
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running

BACKGROUND = 2_000
LONGEST = ("tests/browser", "tests/test_", "tests/infra/test_", "tests/infra/deploy", "tests/infra/local/test_reset")
"""Where tests take tens of seconds: they go first, so that in the end no worker waits for another one's."""

settings.register_profile("untimed", deadline=None)  # a machine with much to do is no fault of what is tested
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> StateFolder:
    """The state folder of the session's lab."""
    return StateFolder(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def lab(state_folder: StateFolder) -> Iterator[Lab]:
    """A lab that is up, for tests that leave its instances alone: it is shared."""
    said: list[str] = []
    plan = Plan(teams=("blue", "red"), background=BACKGROUND, region="eu-west-1", seed="a-seed-for-tests")
    with running(plan, state_folder, say=said.append) as up:
        yield up


@pytest.fixture(scope="session")
def team(lab: Lab) -> Team:
    """The first team of the shared lab."""
    return lab.teams[0]


@pytest.fixture(autouse=True)
def every_report_is_of_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever report a test makes a document of, it is of `grader/report.schema.json`."""
    as_json, schema = Report.as_json, Draft202012Validator(report_schema(), format_checker=FormatChecker())

    def checked(report: Report) -> dict[str, Any]:
        document = as_json(report)
        schema.validate(document)
        return document

    monkeypatch.setattr(Report, "as_json", checked)


def turn(item: pytest.Item) -> int:
    """The earlier, the lower."""
    return next((place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the shared lab go first and together, the rest file by file, those that take longest before others.

    Others clear moto, which is one in a process, and the lab with it; with several processes there is one lab all the
    same. pytest-xdist keeps this order where it is told `--no-loadscope-reorder`.
    """
    shared = {item for item in items if "lab" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item not in shared, turn(item)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group("lab" if item in shared else str(item.path)))

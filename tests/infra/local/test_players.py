"""Stories are played as well by processes of their own as by a thread of this one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.clock import Timekeeper
from infra.local.players import StoryError, play_all, players
from scenario.story import Step, Story
from tests.infra.local.conftest import LocalAws, Serve
from tests.scenario.stages import STAGE

BEGAN = datetime(2026, 1, 31, 12, tzinfo=UTC)
STORY = Story(
    "0123456789ab",
    (
        Step(0, "s3", "ListBuckets", "us-east-1"),
        Step(60, "iam", "ListUsers", "us-east-1", refused=True),
    ),
)
ALLOWED = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


@pytest.fixture(scope="module", params=[1, 3])
def pool(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Players for one team, and for several."""
    with players(request.param) as opened:
        yield opened


@pytest.fixture
def timekeeper() -> Timekeeper:
    """Who lets calls happen in the past."""
    return Timekeeper()


@pytest.fixture
def aws(serve_local_aws: Serve, timekeeper: Timekeeper) -> LocalAws:
    """A served endpoint that knows this timekeeper."""
    return serve_local_aws(timekeeper=timekeeper)


def test_every_call_is_made_when_the_story_says(pool: Executor, aws: LocalAws, timekeeper: Timekeeper) -> None:
    """In its order, at its time."""
    cast = [(aws.role("host", ALLOWED), STORY)]
    aws.taken.calls.clear()
    assert pool.submit(play_all, cast, STAGE, aws.url, timekeeper, BEGAN).result(timeout=60) == 2
    calls = [(call.operation, call.time) for call, _ in aws.taken.calls]
    assert calls == [("ListBuckets", BEGAN), ("ListUsers", BEGAN + timedelta(seconds=60))]


def test_what_goes_otherwise_is_told(pool: Executor, aws: LocalAws, timekeeper: Timekeeper) -> None:
    """The error names the first call that did, and comes back from wherever it was."""
    wrong = replace(STORY, steps=tuple(replace(step, refused=not step.refused) for step in STORY.steps))
    cast = [(aws.role("host", ALLOWED), wrong)]
    with pytest.raises(StoryError, match=r"of blue .* ListBuckets in us-east-1 should have been refused"):
        pool.submit(play_all, cast, STAGE, aws.url, timekeeper, BEGAN).result(timeout=60)

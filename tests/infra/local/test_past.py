"""When a lab's past was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

from infra.local.past import BOOTS, OPENED, QUIET, past_of
from scenario.story import bystander_story, draw

NOW = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)


def test_the_longest_story_has_just_ended() -> None:
    """Counted back from now: a few minutes of quiet, the longest story, the boot, and before them the deployment."""
    stories = [draw("seed", "eu-west-1"), bystander_story("seed", "eu-west-1", 1)]
    last = max(story.steps[-1].at for story in stories)
    past = past_of(stories, NOW)
    assert past.began + timedelta(seconds=last) == NOW - QUIET
    assert past.deployed == past.began - BOOTS
    assert past.opened == past.deployed - OPENED
    assert timedelta(hours=1, minutes=45) < NOW - past.deployed < timedelta(hours=2, minutes=30)


def test_the_organiser_looks_now_and_then() -> None:
    """The stack is created first; every further call comes later, and before the story begins."""
    past = past_of([], NOW)
    first, second, third = islice(past.looks(), 3)
    assert past.deployed == first < second < third < past.began == NOW - QUIET

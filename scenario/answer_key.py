"""The answer key: what a perfect sheet says about one story on one stage."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scenario.stage import Stage
from scenario.story import Story, draw, team_seed
from scenario.workshop import task


def answer_key(story: Story, stage: Stage) -> dict[str, Any]:
    """The perfect answer sheet, in the form of `workshop/sheet.schema.json`.

    It holds after any number of whole plays of the story and in the midst of a later one: sets do not grow, and the
    primary call is more than twice as frequent as any other. Sets are sorted.
    """
    return {
        "instance_id": stage.instance_id,
        "primary_call": Counter(step.event_name for step in story.steps).most_common(1)[0][0],
        "read_only_calls": sorted({step.event_name for step in story.steps if step.read_only}),
        "uploaded_files": sorted(step.parameters["Key"] for step in story.steps if step.event_name == "PutObject"),
        "footprint": [
            {"action": action, "service": service, "region": region}
            for action, service, region in sorted({(s.event_name, s.event_source, s.region) for s in story.steps})
        ],
        "prevention": sorted(choice.id for choice in task("prevention").choices if choice.correct),
    }


def key_of(stage: Stage, lab_seed: str) -> dict[str, Any]:
    """The answer key of the team on this stage, from the seed of the whole lab: the organiser's secret."""
    return answer_key(draw(team_seed(lab_seed, stage.account_id), stage.region), stage)

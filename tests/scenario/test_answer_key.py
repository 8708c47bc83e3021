"""The answer key of a story on a stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import jsonschema

from scenario.answer_key import answer_key, key_of
from scenario.story import Step, Story, draw, team_seed
from scenario.workshop import sheet_schema
from tests.scenario.stages import STAGE


def call(service: str, name: str, region: str = "eu-west-1", key: str = "") -> Step:
    parameters = {"Bucket": "{drop_bucket}", "Key": key} if key else {}
    source = f"{service}.amazonaws.com"
    return Step(0, service, name, region, parameters, event_source=source, event_name=name, read_only=not key)


def test_the_key_says_what_the_story_did() -> None:
    """Every answer of a small story, whole."""
    steps = (
        call("s3", "ListBuckets", "us-east-1"),
        call("ec2", "DescribeVpcs"),
        call("s3", "ListBuckets"),
        call("s3", "PutObject", key="tmp/sự.csv"),
        call("s3", "ListBuckets"),
        call("s3", "PutObject", key="a b.csv"),
    )
    assert answer_key(Story("0", steps), STAGE) == {
        "instance_id": "i-0123456789abcdef0",
        "primary_call": "ListBuckets",
        "read_only_calls": ["DescribeVpcs", "ListBuckets"],
        "uploaded_files": ["a b.csv", "tmp/sự.csv"],
        "footprint": [
            {"action": "DescribeVpcs", "service": "ec2.amazonaws.com", "region": "eu-west-1"},
            {"action": "ListBuckets", "service": "s3.amazonaws.com", "region": "eu-west-1"},
            {"action": "ListBuckets", "service": "s3.amazonaws.com", "region": "us-east-1"},
            {"action": "PutObject", "service": "s3.amazonaws.com", "region": "eu-west-1"},
        ],
        "prevention": ["patch_or_replace", "restrict_network", "session_manager"],
    }


def test_the_key_is_an_answer_sheet() -> None:
    """A learner could hand the key in as it is."""
    validator = jsonschema.Draft202012Validator(sheet_schema())
    for number in range(50):
        assert list(validator.iter_errors(answer_key(draw(str(number), "eu-west-1"), STAGE))) == []


def test_the_key_is_the_same_after_any_plays_and_any_prefix_of_a_later_one() -> None:
    """What was really called, however often, and whenever one looks, has one key from the first whole play on."""
    for number in range(20):
        story = draw(str(number), "eu-west-1")
        key = answer_key(story, STAGE)
        for plays in (1, 3):
            for prefix in range(0, len(story.steps) + 1, 7):
                assert seen_after(story, story.steps * plays + story.steps[:prefix]) == key


def seen_after(story: Story, steps: tuple[Step, ...]) -> dict[str, object]:
    """The key of whatever was called, each upload told once, as a bucket holds it once."""
    calls = Counter(step.event_name for step in steps).most_common(2)
    assert calls[0][1] > calls[1][1]
    uploads = {step.parameters["Key"]: step for step in steps if not step.read_only}
    return answer_key(replace(story, steps=tuple(s for s in steps if s.read_only) + tuple(uploads.values())), STAGE)


def test_teams_have_different_keys() -> None:
    """Two hundred teams, no two with the same reads, files and footprint."""
    keys = [answer_key(draw(str(number), "eu-west-1"), STAGE) for number in range(200)]
    for field in ("uploaded_files", "footprint"):
        assert len({str(key[field]) for key in keys}) == len(keys)


def test_the_key_of_a_stage_is_that_of_its_accounts_story() -> None:
    """The lab's seed and the stage are enough to know the answers."""
    assert key_of(STAGE, "lab") == answer_key(draw(team_seed("lab", "123456789012"), "eu-west-1"), STAGE)

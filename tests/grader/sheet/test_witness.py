from __future__ import annotations

from dataclasses import replace

import pytest

from grader.evidence.bundle import Evidence
from grader.evidence.calls import Call
from grader.grade import grade
from grader.report import Finding, Verdict
from grader.sheet.compare import SPELLINGS, spelt
from grader.sheet.witness import health, told
from scenario.answer_key import answer_key
from scenario.workshop import tasks
from tests.grader.scenes import STAGE, STORY, Scene

KEY = answer_key(STORY, STAGE)
CALLS = Scene().calls
TOLD = [field for field in SPELLINGS if field != "prevention"]
NOISE = Call(
    name="UpdateInstanceInformation",
    source="ssm.amazonaws.com",
    region=STAGE.region,
    read_only=True,
    key="",
    total=10_000,
    event_id="noise",
)
STRANGE = replace(NOISE, name="RunInstances", source="ec2.amazonaws.com", event_id="strange")


def evidence(*calls: Call, **more: str) -> Evidence:
    return replace(Scene().evidence(), calls=calls, gaps=more)


def judged(field: str, seen: Evidence, answer: object = None) -> Finding:
    sheet = {field: KEY[field] if answer is None else answer}
    return next(f for f in grade(sheet, KEY, seen, tasks()).findings if f.id == field)


@pytest.mark.parametrize("field", TOLD)
def test_the_store_of_a_played_story_bears_the_key_out(field: str) -> None:
    """Both name the same entries, and each entry has its events."""
    said = told(field, evidence(*CALLS, NOISE))
    assert said is not None
    assert said.keys() == spelt(field, KEY[field], STAGE.drop_bucket)
    assert all(said.values())


def test_an_opinion_is_in_no_store() -> None:
    """The question of prevention has a key and no events."""
    assert told("prevention", evidence()) is None


def test_a_played_story_is_healthy_with_noise_and_played_twice() -> None:
    """Twice as many calls of each kind, each upload in an event of its own."""
    twice = [replace(call, event_id=f"again-{call.event_id}") for call in CALLS]
    assert health(KEY, evidence(*CALLS, NOISE)) == health(KEY, evidence(*CALLS, *twice)) == ()


def test_every_event_of_an_upload_proves_it() -> None:
    """Also when the story was played more than once."""
    uploads = [call for call in CALLS if call.name == "PutObject"]
    again = [replace(call, event_id=f"again-{call.event_id}") for call in uploads]
    found = judged("uploaded_files", evidence(*CALLS, *again))
    assert found.verdict is Verdict.PASS
    assert sorted(found.evidence) == sorted(call.event_id for call in [*uploads, *again])


@pytest.mark.parametrize("field", TOLD)
def test_without_traffic_no_answer_is_judged(field: str) -> None:
    """Right or wrong: the points stay open, with when to ask again, and without a word of the key."""
    for answer in (KEY[field], [] if isinstance(KEY[field], list) else "x"):
        found = judged(field, evidence(), answer)
        assert (found.verdict, found.points, found.message) == (
            Verdict.UNKNOWN,
            0,
            "The event data store does not hold all of it yet. Ask again after 11:05:00 UTC.",
        )


@pytest.mark.parametrize("field", TOLD)
def test_what_is_not_answered_fails_whatever_the_store_says(field: str) -> None:
    """No event can answer it."""
    (found,) = [f for f in grade({}, KEY, evidence(), tasks()).findings if f.id == field]
    assert found.verdict is Verdict.FAIL


def test_a_missing_upload_leaves_open_what_hangs_on_it_and_nothing_else() -> None:
    """The organiser reads which; the learner does not."""
    lost = next(call for call in CALLS if call.name == "PutObject")
    seen = evidence(*(call for call in CALLS if call is not lost))
    report = grade(KEY, KEY, seen, tasks())
    assert [f.id for f in report.findings if f.verdict is Verdict.UNKNOWN] == ["uploaded_files"]
    (sentence,) = health(KEY, seen)
    assert sentence.startswith("uploaded_files: the story and the event data store disagree; missing [")
    assert lost.key.casefold() in sentence
    assert lost.event_id not in str(report.as_json())


def test_a_stranger_under_the_role_is_told_to_the_organiser() -> None:
    """Somebody else used it: what hangs on that is open."""
    seen = evidence(*CALLS, STRANGE)
    assert [sentence.partition(":")[0] for sentence in health(KEY, seen)] == [
        "primary_call",
        "read_only_calls",
        "footprint",
    ]


def test_what_aws_does_not_show_is_unknown_with_its_reason() -> None:
    """An AWS error is never a fail."""
    seen = evidence(*CALLS, calls="ThrottlingException")
    found = judged("primary_call", seen, "x")
    assert (found.verdict, found.message) == (
        Verdict.UNKNOWN,
        "AWS did not show what the instance called (ThrottlingException). Ask again after 11:01:00 UTC.",
    )
    assert health(KEY, seen) == ("the key cannot be held against the event data store: ThrottlingException",)

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.feedback import KEPT, MOST, Feedback, shown
from grader.grade import grade
from grader.report import Report, Verdict
from scenario.answer_key import answer_key
from scenario.workshop import tasks
from tests.grader.scenes import STAGE, STORY, Scene

KEY = answer_key(STORY, STAGE)
ANSWERS = [task.id for task in tasks() if task.kind == "answer"]


def told(sheet: dict[str, Any], feedback: Feedback) -> Report:
    report = grade(sheet, KEY, Scene().evidence(), tasks())
    return shown(report, feedback, KEY, bucket=STAGE.drop_bucket)


def test_counts_are_what_grading_says() -> None:
    """Nothing is added or taken."""
    report = grade({"primary_call": "x"}, KEY, Scene().evidence(), tasks())
    assert shown(report, Feedback.COUNTS, KEY, bucket=STAGE.drop_bucket) is report


def test_none_tells_of_no_answer_whether_it_is_right() -> None:
    """A right and a wrong sheet look the same; what is not answered, and containment, are told as ever."""
    wrong = {field: [] if isinstance(KEY[field], list) else "x" for field in ANSWERS}
    seen = [
        [(f.id, f.verdict, f.points, f.message, f.evidence) for f in told(sheet, Feedback.NONE).findings]
        for sheet in (KEY, wrong)
    ]
    assert seen[0] == seen[1]
    assert [(id_, str(verdict), message) for id_, verdict, _, message, _ in seen[0][:6]] == [
        (id_, "unknown", KEPT) for id_ in ANSWERS
    ]
    assert told({}, Feedback.NONE) == told({}, Feedback.COUNTS)


def isolated_and_kept(scene: Scene) -> None:
    scene.snapshot(60)
    scene.snapshot(70, volume="vol-0other")
    scene.move(180, scene.closed_group(120))


def shared_and_open(scene: Scene) -> None:
    scene.snapshots[scene.snapshot(60)]["CreateVolumePermissions"] = [{"Group": "all"}]
    scene.move(180, scene.new_group(120))


@pytest.mark.parametrize("act", [isolated_and_kept, shared_and_open])
def test_none_names_no_resource_before_the_termination(act: Callable[[Scene], None]) -> None:
    """A snapshot or a group that counts tells which of many instances is the compromised one."""
    scene = Scene()
    act(scene)
    report = grade({}, KEY, scene.evidence(), tasks())
    findings = shown(report, Feedback.NONE, KEY, bucket=STAGE.drop_bucket).findings
    assert [(f.id, f.verdict, f.points) for f in findings] == [(f.id, f.verdict, f.points) for f in report.findings]
    for finding in findings:
        assert (finding.evidence, re.findall(r"snap-|sg-|vol-|eni-", finding.message)) == ((), [])
    scene.terminate(240)
    report = grade({}, KEY, scene.evidence(), tasks())
    assert shown(report, Feedback.NONE, KEY, bucket=STAGE.drop_bucket) == report


def test_full_names_those_given_that_do_not_belong() -> None:
    """In the learner's own spelling, without what is neutral; never one that is missing."""
    given_ = [KEY["uploaded_files"][0], "No Such/File.csv", "other"]
    noise = {"action": "UpdateInstanceInformation", "service": "ssm", "region": "us-east-1"}
    sheet = {"uploaded_files": given_, "footprint": [noise, {"action": "X", "service": "s3", "region": "r"}]}
    messages = {f.id: f.message for f in told(sheet, Feedback.FULL).findings}
    total = len(KEY["uploaded_files"])
    assert messages["uploaded_files"] == (
        f"1 of {total} found; 2 of those given do not belong. They are: No Such/File.csv, other."
    )
    assert messages["footprint"].endswith("1 of those given do not belong. They are: X s3 r.")


def test_full_has_an_end() -> None:
    """A message names some, and counts the rest."""
    messages = [f.message for f in told({"uploaded_files": [f"x{n}" for n in range(MOST + 5)]}, Feedback.FULL).findings]
    assert any(message.endswith("x19 and 5 more.") for message in messages)


@given(st.lists(st.sampled_from([*KEY["uploaded_files"], "x", "y"])), st.sampled_from(Feedback))
def test_no_feedback_names_a_file_that_was_not_given(files: list[str], feedback: Feedback) -> None:
    """Whatever was handed in."""
    said = str(told({"uploaded_files": files}, feedback).as_json())
    assert [file for file in KEY["uploaded_files"] if file in said and file not in files] == []


def test_verdicts_are_only_ever_taken_back_by_none() -> None:
    """Full changes messages, no points."""
    sheet = {"uploaded_files": ["x"], "primary_call": KEY["primary_call"]}
    one, other = told(sheet, Feedback.COUNTS), told(sheet, Feedback.FULL)
    assert [(f.verdict, f.points) for f in one.findings] == [(f.verdict, f.points) for f in other.findings]
    assert Verdict.PASS in {f.verdict for f in other.findings}

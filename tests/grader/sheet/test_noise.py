from __future__ import annotations

import pytest

from grader.sheet.compare import spelt
from grader.sheet.noise import is_noise, neutral

ROW = {"action": "UpdateInstanceInformation", "service": "ssm.amazonaws.com", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("name", "source", "noise"),
    [
        ("UpdateInstanceInformation", "ssm.amazonaws.com", True),
        ("OpenDataChannel", "ssmmessages.amazonaws.com", True),
        ("UpdateInstanceInformation", "ec2.amazonaws.com", False),
        ("DescribeParameters", "ssm.amazonaws.com", False),
        ("ListBuckets", "s3.amazonaws.com", False),
    ],
)
def test_a_call_is_noise_by_name_and_source(name: str, source: str, noise: bool) -> None:
    """What the agents call, nothing else."""
    assert is_noise(name, source) is noise


def test_noise_in_an_answer_is_known_in_any_spelling_and_region() -> None:
    """By its name in a list of calls, by name and service in the footprint."""
    calls = spelt("read_only_calls", ["ssm:update-instance-information", "ListBuckets"], "b")
    assert neutral("read_only_calls", calls) == {"updateinstanceinformation"}
    rows = [ROW, {**ROW, "service": "Systems Manager"}, {**ROW, "service": "ec2"}]
    given = spelt("footprint", rows, "b")
    assert neutral("footprint", given) == spelt("footprint", rows[:2], "b")


@pytest.mark.parametrize("field", ["instance_id", "primary_call", "uploaded_files", "prevention"])
def test_other_questions_know_no_noise(field: str) -> None:
    """An answer to them is right or wrong."""
    assert neutral(field, spelt(field, "UpdateInstanceInformation", "b")) == frozenset()

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from grader.evidence.bundle import Evidence
from tests.grader.scenes import CREATED, contained


def test_a_bundle_survives_being_saved() -> None:
    """What is judged once can be judged again, offline, to the same end."""
    scene = contained()
    scene.gaps["volumes"] = "Throttling"
    scene.hidden.add("instances")
    evidence = replace(scene.evidence(), gone_since=CREATED)
    assert evidence == Evidence.from_json(json.loads(json.dumps(evidence.as_json())))


def test_an_older_bundle_tells_not_since_when_the_instance_is_gone() -> None:
    """It is read all the same."""
    document = contained().evidence().as_json()
    del document["gone_since"]
    assert Evidence.from_json(document) == contained().evidence()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Throttling", "Throttling"),
        (
            "An error occurred (AccessDenied) when calling the AssumeRole operation: arn:aws:iam::1:role/x",
            "AccessDenied",
        ),
        (
            "An error occurred (Client.A) when calling the X operation: a; An error occurred (B) when calling the Y; "
            "An error occurred (B) when calling the Z operation (reached max retries: 5): b",
            "Client.A, B",
        ),
        ('Could not connect to the endpoint URL: "http://127.0.0.1:4566/"', "no answer"),
        ("no result after 300 seconds", "no answer"),
    ],
)
def test_a_learner_is_told_the_code_of_what_aws_refused(reason: str, said: str) -> None:
    """The sentence names roles and accounts: it is for organisers."""
    assert replace(contained().evidence(), gaps={"events": reason}).why("events") == said


def test_another_schema_is_refused() -> None:
    """A bundle of a later version is not misread."""
    with pytest.raises(ValueError, match="expected a bundle of schema"):
        Evidence.from_json({"schema": "ec2-investigation-lab/evidence/99"})

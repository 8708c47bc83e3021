from __future__ import annotations

import json

import pytest

from grader.evidence.bundle import Evidence
from tests.grader.scenes import contained


def test_a_bundle_survives_being_saved() -> None:
    """What is judged once can be judged again, offline, to the same end."""
    scene = contained()
    scene.gaps["volumes"] = "Throttling"
    evidence = scene.evidence()
    assert evidence == Evidence.from_json(json.loads(json.dumps(evidence.as_json())))


def test_another_schema_is_refused() -> None:
    """A bundle of a later version is not misread."""
    with pytest.raises(ValueError, match="expected a bundle of schema"):
        Evidence.from_json({"schema": "ec2-investigation-lab/evidence/99"})

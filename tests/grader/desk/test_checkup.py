from __future__ import annotations

from dataclasses import replace

from grader.desk.checkup import GONE, Checkup, checkup
from grader.evidence.bundle import Evidence
from tests.grader.desk_teams import KEY
from tests.grader.scenes import Scene

SEEN = Scene().evidence()
CALLS = sum(call.total for call in SEEN.calls)


def test_a_lab_is_well() -> None:
    """Its traffic can be queried, its instance is there, and nothing is hidden."""
    found = checkup(KEY, SEEN)
    assert found == Checkup(at=SEEN.gathered_at, calls=CALLS, changes=0, instance="running", gaps={})
    assert found.well


def test_an_instance_that_ec2_shows_no_more_is_gone() -> None:
    """Unless EC2 did not answer: then nobody knows."""
    gone = replace(SEEN, instances=())
    assert checkup(KEY, gone).instance == GONE
    assert checkup(KEY, replace(gone, gaps={"instances": "Unavailable"})).instance == ""


def test_a_lab_without_its_traffic_is_not_well() -> None:
    """The organiser hears why, with what is missing."""
    found = checkup(KEY, replace(SEEN, calls=()))
    assert (found.calls, found.well) == (0, False)
    assert found.trouble[0].startswith("instance_id: the story and the event data store disagree; missing [")


def test_what_aws_does_not_show_is_told() -> None:
    """With the reason."""
    hidden: Evidence = replace(SEEN, gaps={"groups": "Unavailable"})
    assert (checkup(KEY, hidden).gaps, checkup(KEY, hidden).well) == ({"groups": "Unavailable"}, False)

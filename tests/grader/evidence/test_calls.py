from __future__ import annotations

from grader.evidence.calls import calls, statement
from infra.deploy.state import Lab, Team
from scenario.query import Lake, Rows
from scenario.story import draw, team_seed
from tests.grader.scenes import STAGE


def test_no_rows_are_no_calls() -> None:
    """Lake tells no columns then."""
    assert calls(Rows((), ()), STAGE) == ()


def test_the_store_sums_up_what_the_instance_called(lab: Lab, team: Team) -> None:
    """Every kind of call of the story, as the story counts them, each upload alone; nothing of anybody else."""
    stage = team.stage
    seen = calls(Lake(team.access.session()).run(statement(stage)), stage)
    steps = draw(team_seed(lab.seed, stage.account_id), stage.region).steps
    kinds = {(s.event_name, s.event_source, s.region, s.read_only, s.parameters.get("Key", "")) for s in steps}
    assert {(c.name, c.source, c.region, c.read_only, c.key) for c in seen} == kinds
    assert len({call.event_id for call in seen}) == len(seen)
    assert sum(call.total for call in seen) >= len(steps)
    assert all(call.total == 1 for call in seen if call.name == "PutObject")

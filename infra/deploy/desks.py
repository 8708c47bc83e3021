"""The teams of a lab as their sheets and their evidence are graded: for the lab's HTTP API, and for its organiser."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial

from grader.desk.team import DeskTeam
from grader.feedback import Feedback
from infra.deploy.identities import renewing
from infra.deploy.state import Lab, Team
from scenario.answer_key import key_of
from scenario.story import draw, team_seed


def desks(lab: Lab, secret: bytes) -> tuple[DeskTeam, ...]:
    """Every team of the lab; `secret` signs their reports. Nothing is asked of AWS until a team is graded."""
    return tuple(desk_team(team, lab, secret) for team in lab.teams)


def desk_team(team: Team, lab: Lab, secret: bytes) -> DeskTeam:
    """One team; its key and the grader's session are made when they are needed."""
    stage = team.stage
    grader = renewing(
        team.organiser,
        stage.grader_role_arn,
        "grader",
        region=stage.region,
        endpoint=lab.endpoint,
        external_id=team.grader_external_id,
    )
    learner = renewing(
        team.organiser,
        stage.learner_role_arn,
        stage.team,
        region=stage.region,
        endpoint=lab.endpoint,
    )
    return DeskTeam(
        token=team.access.token,
        stage=stage,
        session=grader,
        learner=learner,
        key=cache(partial(key_of, stage, lab.seed)),
        seed_id=draw(team_seed(lab.seed, stage.account_id), stage.region).seed_id,
        secret=secret,
        settle=timedelta(seconds=lab.settle),
        attempts=lab.attempts,
        feedback=Feedback(lab.feedback),
    )

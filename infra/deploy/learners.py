"""Learners' sessions, renewed when they near their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.identities import learner_session, nearly_over
from infra.deploy.state import StateFolder, Team
from scenario.access import Access


class SessionOverError(RuntimeError):
    """A learner's session has expired, and nobody here may begin another one."""


def fresh_access(folder: StateFolder, team: Team) -> Access:
    """The team's access with a session that lasts a while, written down where it is a new one.

    Raises SessionOverError where it has expired and cannot be renewed.
    """
    access, stage = team.access, team.stage
    expires = access.credentials.expires_at
    if expires is None or not nearly_over(access.credentials):
        return access
    try:
        session = team.organiser.session(region=stage.region, endpoint=folder.load().endpoint)
        credentials = learner_session(session, stage.learner_role_arn, stage.team)
    except (BotoCoreError, ClientError) as error:
        if expires > datetime.now(UTC):
            return access
        raise SessionOverError(
            f"the learner's session of team {stage.team} expired at {expires:%Y-%m-%d %H:%M} UTC and cannot be "
            f"renewed: {error}. Sign in as the organiser again, then `lab env`"
        ) from error
    fresh = replace(team, access=replace(access, credentials=credentials))
    lab = folder.load()
    folder.save(replace(lab, teams=tuple(fresh if one.stage.team == stage.team else one for one in lab.teams)))
    return fresh.access

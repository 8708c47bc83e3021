"""Teams of a desk whose AWS cannot be asked: for what a desk does besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
from botocore.exceptions import ClientError

from grader.desk.app import DeskTeam
from scenario.answer_key import answer_key
from scenario.story import draw
from tests.grader.scenes import STAGE

STORY = draw("a seed", STAGE.region)
KEY = answer_key(STORY, STAGE)
SECRET = b"what reports are signed with"
TOKEN = "blue-token-of-128-bits-or-more"

Session = Callable[[], boto3.Session]


def no_session() -> boto3.Session:
    """GraderRole cannot be assumed."""
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not today"}}, "AssumeRole")


def desk_team(name: str = "blue", token: str = TOKEN, *, session: Session = no_session, **more: Any) -> DeskTeam:
    """A team on the stage of the scenes."""
    return DeskTeam(
        token=token,
        stage=replace(STAGE, team=name, store_id=name),
        session=session,
        learner=session,
        key=lambda: KEY,
        seed_id=STORY.seed_id,
        secret=SECRET,
        **more,
    )

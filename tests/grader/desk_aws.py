"""AWS as a desk asks it, which shows what a test wants: for what a desk makes of it."""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest

from grader.desk import team, watched
from grader.evidence.account import Account
from grader.evidence.bundle import Evidence
from tests.grader.desk_teams import no_session
from tests.grader.scenes import INSTANCE, Scene

ALIVE = {"InstanceId": INSTANCE, "State": {"Name": "running"}, "BlockDeviceMappings": [{"Ebs": {"VolumeId": "vol-1"}}]}
ENDED = {"InstanceId": INSTANCE, "State": {"Name": "terminated"}, "BlockDeviceMappings": []}


class Aws:
    """What it shows now; `account` is None where it does not answer. `asked` is how often EC2 was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account: Account | None = Account(instances=(ALIVE,))
        self.scene = Scene()
        self.gaps: dict[str, str] = {}
        self.asked = 0
        monkeypatch.setattr(watched, "account", self._account)
        monkeypatch.setattr(team, "gather", self._gathered)

    def session(self) -> boto3.Session:
        """The grader's."""
        return no_session() if self.account is None else boto3.Session(region_name="us-east-1")

    def _account(self, _: object) -> Account:
        self.asked += 1
        assert self.account is not None
        return self.account

    def _gathered(self, *_: object) -> Evidence:
        return replace(self.scene.evidence(), gaps=self.gaps)

"""An AWS account to deploy labs into: a cloud of this machine, entered by a profile, as organisers enter AWS."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from click import Abort
from click.testing import CliRunner

from infra.cli import INTERRUPTED, exit_code
from infra.cli import lab as stem
from infra.deploy.listener import bind
from infra.deploy.state import StateFolder
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from scenario.access import Credentials

ACCOUNTS = itertools.count(710_000_000_000)
REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a verb ended."""

    code: int
    out: str
    err: str  # with the sentence of the error, where there was one


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """An empty account, the profile `spare` that enters it, and a state folder."""

    id: str
    folder: StateFolder
    keys: Credentials  # of the organiser
    session: boto3.Session  # with them
    cloud: Cloud

    def lab(self, *arguments: str, answer: str = "") -> Done:
        """`lab ...` with the state folder, as `infra.cli.main` ends it."""
        command = [arguments[0], "--state", str(self.folder.path), *arguments[1:]]
        done = CliRunner().invoke(stem, command, standalone_mode=False, input=answer)
        if done.exception is None:
            return Done(code=int(done.return_value or 0), out=done.stdout, err=done.stderr)
        if isinstance(done.exception, Abort):
            return Done(code=INTERRUPTED, out=done.stdout, err=done.stderr)
        assert isinstance(done.exception, Exception)
        code = getattr(done.exception, "exit_code", None) or exit_code(done.exception)
        if code is None:
            raise done.exception
        return Done(code=code, out=done.stdout, err=f"{done.stderr}Error: {done.exception}")

    def deploy(self, *arguments: str, answer: str = "y\n") -> Done:
        """`lab deploy` with the profile, without bystanders: they take time."""
        return self.lab("deploy", "--profile", "spare", *arguments, answer=answer)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Local AWS for all tests of a file."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as served:
        yield served


@pytest.fixture
def spare(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spare:
    """A fresh account."""
    account = str(next(ACCOUNTS))
    keys = open_account(account)
    environment = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAB_STATE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text(f"[profile spare]\nregion = {REGION}\n")
    secret = f"aws_access_key_id = {keys.access_key_id}\naws_secret_access_key = {keys.secret_access_key}\n"
    (tmp_path / "credentials").write_text(f"[spare]\n{secret}")
    return Spare(
        id=account,
        folder=StateFolder(tmp_path / "state"),
        keys=keys,
        session=keys.session(region=REGION, endpoint=cloud.endpoint),
        cloud=cloud,
    )

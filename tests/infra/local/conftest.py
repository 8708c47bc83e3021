"""Local AWS for tests: a real endpoint on a free port, with one account open. Every test starts with an empty cloud."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from infra.local.call import Answer, Call
from infra.local.clock import Timekeeper
from infra.local.endpoint import Endpoint, Handler, Recorder
from infra.local.identity import issue_session, open_account
from infra.local.wsgi import served
from scenario.access import Credentials, open_session

ACCOUNT = "111111111111"
REGION = "us-east-1"


@dataclass
class Taken:
    """A recorder that only remembers."""

    calls: list[tuple[Call, Answer]] = field(default_factory=list)

    def take(self, call: Call, answer: Answer) -> None:
        """Remember."""
        self.calls.append((call, answer))


@dataclass(frozen=True)
class LocalAws:
    """A served endpoint."""

    url: str
    organiser: Credentials
    taken: Taken
    sessions: dict[tuple[Credentials, str], boto3.Session] = field(default_factory=dict, repr=False)

    def session(self, credentials: Credentials | None = None, region: str = REGION) -> boto3.Session:
        """A boto3 session against the endpoint, the organiser's by default."""
        key = (credentials or self.organiser, region)
        if key not in self.sessions:
            self.sessions[key] = open_session(key[0], region=region, endpoint=self.url)
        return self.sessions[key]

    def client(self, service: str, credentials: Credentials | None = None, region: str = REGION, **config: Any) -> Any:
        """A boto3 client that never tries twice."""
        settings = Config(retries={"total_max_attempts": 1}, **config)
        session: Any = self.session(credentials, region)
        return session.client(service, config=settings)

    def role(self, name: str, *statements: Mapping[str, Any], trust: Mapping[str, Any] | None = None) -> Credentials:
        """Credentials of a new role with these statements, handed out as a service does."""
        iam = self.client("iam")
        trusted = trust or {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trusted))["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return issue_session(role["Arn"], "i-0123456789abcdef0")


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


Serve = Callable[..., LocalAws]


@pytest.fixture
def empty_cloud() -> Iterator[None]:
    """Forget all accounts when the test ends."""
    yield
    reset_cloud()


@pytest.fixture
def serve_local_aws(empty_cloud: None) -> Iterator[Serve]:
    """A function that serves an endpoint with these handlers and this recorder until the test ends."""
    with ExitStack() as stack:

        def serve(
            *,
            handlers: Mapping[tuple[str, str], Handler] | None = None,
            recorder: Recorder | None = None,
            timekeeper: Timekeeper | None = None,
        ) -> LocalAws:
            taken = Taken()
            endpoint = Endpoint(handlers=handlers or {}, recorder=recorder or taken, timekeeper=timekeeper)
            bound = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            stack.enter_context(served(endpoint, bound))
            return LocalAws(f"http://127.0.0.1:{bound.getsockname()[1]}", open_account(ACCOUNT), taken)

        yield serve


@pytest.fixture
def local_aws(serve_local_aws: Serve) -> LocalAws:
    """A served endpoint without handlers, whose recorder remembers what it took."""
    return serve_local_aws()


def reset_cloud() -> None:
    """Forget all accounts."""
    BackendDict.reset()
    reset_model_data()

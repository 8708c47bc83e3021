"""Local AWS for tests: a real endpoint on a free port, with one account open. Every test starts with an empty cloud."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import waitress.server
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from infra.local.call import Answer, Call
from infra.local.endpoint import Endpoint, Handler, Recorder
from infra.local.identity import open_account
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

    def session(self, credentials: Credentials | None = None, region: str = REGION) -> boto3.Session:
        """A boto3 session against the endpoint, the organiser's by default."""
        return open_session(credentials or self.organiser, region=region, endpoint=self.url)

    def client(self, service: str, credentials: Credentials | None = None, region: str = REGION, **config: Any) -> Any:
        """A boto3 client that never tries twice."""
        settings = Config(retries={"total_max_attempts": 1}, **config)
        session: Any = self.session(credentials, region)
        return session.client(service, config=settings)


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI app on a free port; the address within the block."""
    server: Any = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=8, ident="")
    thread = threading.Thread(target=server.run, name="endpoint", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(timeout=5)


Serve = Callable[..., LocalAws]


@pytest.fixture
def serve_local_aws() -> Iterator[Serve]:
    """A function that serves an endpoint with these handlers and this recorder until the test ends."""
    with ExitStack() as stack:

        def serve(
            *, handlers: Mapping[tuple[str, str], Handler] | None = None, recorder: Recorder | None = None
        ) -> LocalAws:
            taken = Taken()
            endpoint = Endpoint(handlers=handlers or {}, recorder=recorder or taken)
            return LocalAws(stack.enter_context(served(endpoint)), open_account(ACCOUNT), taken)

        yield serve
        reset_cloud()


@pytest.fixture
def local_aws(serve_local_aws: Serve) -> LocalAws:
    """A served endpoint without handlers, whose recorder remembers what it took."""
    return serve_local_aws()


def reset_cloud() -> None:
    """Forget all accounts."""
    BackendDict.reset()
    reset_model_data()

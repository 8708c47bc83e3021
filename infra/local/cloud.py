"""AWS on this machine: the endpoint in front, moto mended behind it, the recorder between them and the lake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from infra.local.authoriser import simulate
from infra.local.aws import cloudtrail
from infra.local.aws.install import install
from infra.local.endpoint import Endpoint
from infra.local.importing.door import ImportDoor
from infra.local.lake import Lake
from infra.local.recorder import Recorder
from infra.local.recorder.facts import moto_host
from infra.local.serve import Listener
from infra.local.wsgi import served


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Local AWS while it is served."""

    endpoint: str  # what clients take as AWS_ENDPOINT_URL
    lake: Lake
    recorder: Recorder


@contextmanager
def serve_cloud(listener: Listener) -> Iterator[Cloud]:
    """Serve local AWS within the block. Accounts are opened with `infra.local.identity.open_account`."""
    with ExitStack() as stack:
        lake = Lake()
        stack.callback(lake.close)
        recorder = Recorder(lake.deliver, moto_host)
        stack.callback(recorder.close)
        install(lake=lake, endpoint_url=listener.url)
        handlers = cloudtrail.handlers(lake, recorder.flush) | simulate.HANDLERS
        endpoint = Endpoint(handlers=handlers, recorder=recorder)
        stack.enter_context(served(ImportDoor(endpoint, lake), listener.socket))
        yield Cloud(endpoint=listener.url, lake=lake, recorder=recorder)

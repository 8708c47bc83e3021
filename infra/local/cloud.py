"""AWS on this machine: the endpoint in front, moto mended behind it, the recorder between them and the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from infra.local.authoriser import simulate
from infra.local.aws import cloudtrail
from infra.local.aws.install import install
from infra.local.aws.trail_delivery import TrailDelivery
from infra.local.clock import Timekeeper
from infra.local.endpoint import Endpoint
from infra.local.importing.door import ImportDoor
from infra.local.lake import Lake
from infra.local.recorder import Recorder
from infra.local.recorder.facts import moto_host
from infra.local.recorder.record import Record
from infra.local.serve import Listener
from infra.local.wsgi import served


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Local AWS while it is served."""

    endpoint: str  # what clients take as AWS_ENDPOINT_URL
    lake: Lake
    recorder: Recorder
    trails: TrailDelivery
    timekeeper: Timekeeper  # for the lab's own past


@contextmanager
def serve_cloud(listener: Listener) -> Iterator[Cloud]:
    """Serve local AWS within the block. Accounts are opened with `infra.local.identity.open_account`."""
    with ExitStack() as stack:
        lake = Lake()
        stack.callback(lake.close)
        trails = TrailDelivery()
        stack.callback(trails.close)
        recorder = Recorder(_to_all(lake.deliver, trails.take), moto_host)
        stack.callback(recorder.close)
        timekeeper = Timekeeper()
        install(lake=lake, endpoint_url=listener.url, timekeeper=timekeeper, take=recorder.take)
        handlers = cloudtrail.handlers(lake, recorder.flush) | simulate.HANDLERS
        endpoint = Endpoint(handlers=handlers, recorder=recorder, timekeeper=timekeeper)
        stack.enter_context(served(ImportDoor(endpoint, lake), listener.socket))
        yield Cloud(endpoint=listener.url, lake=lake, recorder=recorder, trails=trails, timekeeper=timekeeper)


def _to_all(*takers: Callable[[Sequence[Record]], None]) -> Callable[[Sequence[Record]], None]:
    """Deliver records to each of these, in this order."""

    def deliver(records: Sequence[Record]) -> None:
        for take in takers:
            take(records)

    return deliver

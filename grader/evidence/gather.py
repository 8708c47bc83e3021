"""Ask AWS once for all that grading looks at. Nothing else in the grader asks AWS.

What AWS refuses, or does not answer after several tries, becomes a gap with its reason: a tool's trouble is never a
learner's failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from grader.evidence import calls, log, state
from grader.evidence.bundle import SOURCES, Evidence, Resource
from grader.evidence.calls import Call
from scenario.access import client_of
from scenario.query import QueryCancelledError, QueryError, Rows, Store, open_store
from scenario.stage import Stage

PATIENCE = 300.0  # seconds that one query may take

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=10, read_timeout=60)

TROUBLE = (BotoCoreError, ClientError, QueryError)
"""What asking AWS can raise."""

Record = Mapping[str, Any]
T = TypeVar("T", Resource, Call)


def gather(session: boto3.Session, stage: Stage, *, patience: float = PATIENCE) -> Evidence:
    """The evidence of one stage, asked as its GraderRole.

    The log is read first: an act that comes in between then shows in EC2 and not in the log, which is unknown, and
    never the other way round. Raises nothing of botocore's: see `Evidence.gaps`.
    """
    gaps: dict[str, str] = {}
    now = datetime.now(UTC)
    ec2 = client_of(session, "ec2", _CONFIG)
    store = open_store(session, stage, patience=patience)
    events = log.relevant(_records(session, store, stage, gaps), stage)
    called = _ask(gaps, "calls", lambda: calls.calls(_rows(store, calls.statement(stage)), stage))
    instances = _ask(gaps, "instances", lambda: state.instances(ec2, stage))
    compromised = next((i for i in instances if i["InstanceId"] == stage.instance_id), None)
    volumes = log.volume_ids(stage, events, compromised)
    imaged = any(event.name == "CreateImage" and event.succeeded for event in events)
    return Evidence(
        stage=stage,
        gathered_at=max([now, *(event.time for event in events)]),  # AWS's clock may be ahead of ours
        events=events,
        calls=called,
        instances=instances,
        interfaces=_ask(gaps, "interfaces", lambda: state.interfaces(ec2, stage)),
        volumes=_ask(gaps, "volumes", lambda: state.volumes(ec2, volumes)),
        snapshots=_ask(gaps, "snapshots", lambda: state.snapshots(ec2, stage, volumes)),
        images=_ask(gaps, "images", lambda: state.images(ec2)) if imaged else (),
        groups=_ask(gaps, "groups", lambda: state.groups(ec2, stage)),
        gaps=gaps,
    )


def unseen(stage: Stage, reason: str) -> Evidence:
    """The evidence where nothing could be asked."""
    return Evidence(stage=stage, gathered_at=datetime.now(UTC), gaps=dict.fromkeys(SOURCES, reason))


def _ask(gaps: dict[str, str], source: str, question: Callable[[], Iterable[T]]) -> tuple[T, ...]:
    try:
        return tuple(question())
    except TROUBLE as error:
        gaps[source] = str(error)
        return ()


def _rows(store: Store, sql: str) -> Rows:
    """Asked once more where somebody cancelled the query: a learner's role may."""
    try:
        return store.run(sql)
    except QueryCancelledError:
        return store.run(sql)


def _records(session: boto3.Session, store: Store, stage: Stage, gaps: dict[str, str]) -> Sequence[Record]:
    """The raw records, from the store, or from the event history where the store does not answer."""
    sources: tuple[Callable[[], Sequence[Record]], ...] = (
        lambda: log.records(_rows(store, log.statement(stage))),
        lambda: log.history(client_of(session, "cloudtrail", _CONFIG), stage),
    )
    refused = []
    for source in sources:
        try:
            return source()
        except TROUBLE as error:
            refused.append(str(error))
    gaps["events"] = "; ".join(refused)
    return []

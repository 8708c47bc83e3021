"""AWS on this machine: the endpoint in front, moto mended behind it, the recorder between them and the lake."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

from infra.deploy.listener import Listener, bind
from infra.deploy.state import Team
from infra.local.authoriser import simulate
from infra.local.aws import athena, cloudtrail
from infra.local.aws.athena_stores import Stores
from infra.local.aws.install import install
from infra.local.aws.trail_delivery import TrailDelivery
from infra.local.background import Background
from infra.local.call import AwsError
from infra.local.clock import Timekeeper
from infra.local.endpoint import Endpoint
from infra.local.fault_door import FaultDoor
from infra.local.faults import Faults
from infra.local.identity import close_account
from infra.local.importing.door import ImportDoor
from infra.local.journal import Journal
from infra.local.journal.entries import Act
from infra.local.journal.journal import Acknowledging
from infra.local.journal.replay import Again, Do
from infra.local.lake import Lake
from infra.local.lake.queries import Queries
from infra.local.late import Late
from infra.local.organiser_door import OrganiserDoor
from infra.local.recorder import Recorder
from infra.local.recorder.facts import moto_host
from infra.local.recorder.record import Record
from infra.local.reset import ResetDoor
from infra.local.wsgi import served


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Local AWS while it is served."""

    endpoint: str  # what clients on this machine take as AWS_ENDPOINT_URL
    address: str  # the same for learners, wherever they are
    lake: Lake
    recorder: Recorder
    trails: TrailDelivery
    timekeeper: Timekeeper  # for the lab's own past
    late: Late  # lets events be late once the lab is up
    views: Stores  # behind Athena's views
    resets: ResetDoor

    journal: Journal | None = None

    def keep(self, team: Team, background: Background) -> None:
        """A team's lab stands: where there is a journal, it survives from now on. Nobody may call it meanwhile."""
        if self.journal:
            self.trails.flush()
            about = {"team": team.as_json(), "background": asdict(background), "made": time.time_ns()}
            self.journal.keep(team.stage.account_id, self.lake, about)

    def close_account(self, account_id: str) -> None:
        """Forget all that there is in an account; what is done under its keys from now on is refused.

        Where there is a journal, a resumed lab has the account as it is now, until it is kept again.
        """
        if self.journal:
            self.journal.leave(account_id)
        self.recorder.flush()
        close_account(account_id)
        self.late.forget(account_id)
        self.lake.forget(account_id)
        self.views.forget(account_id)


Resume = Callable[[Cloud, Again, Do], None]
"""Has what was kept there again, before anybody calls: given the cloud, and those who do once more what was done."""


@contextmanager
def serve_cloud(
    listener: Listener,
    *,
    event_delay: timedelta = timedelta(0),
    seed: str = "",
    snapshot_seconds: float = 0.0,
    eventual_consistency: timedelta = timedelta(0),
    journal: Journal | None = None,
    resume: Resume | None = None,
) -> Iterator[Cloud]:
    """Serve local AWS within the block. Accounts are opened with `infra.local.identity.open_account`.

    Once `Cloud.late.begin` was called, events are late by about `event_delay`; `seed` says which by how much.
    Snapshots are pending for `snapshot_seconds`; EC2's describes lag behind its changes by `eventual_consistency`.
    A `journal` hears of all that has to survive; what it held before is for `resume`, before the first call comes.
    """
    with ExitStack() as stack:
        lake = Lake()
        stack.callback(lake.close)
        trails = TrailDelivery()
        stack.callback(trails.close)
        inside = bind("127.0.0.1", 0, option="--port") if listener.tls else listener
        stack.callback(inside.socket.close)
        late = Late(_to_all(trails.take, lake.deliver), event_delay, seed)
        stack.callback(late.close)
        recorder = Recorder(_to_all(journal.take, late.take) if journal else late.take, moto_host)
        stack.callback(recorder.close)
        timekeeper = Timekeeper()
        faults = Faults()
        install(
            lake=lake,
            endpoint_url=inside.inside,
            snapshot_seconds=snapshot_seconds,
            eventual_consistency=eventual_consistency.total_seconds(),
            faults=faults,
            timekeeper=timekeeper,
            take=recorder.take,
            deliver=late.take,
        )
        queries, stores = Queries(lake), Stores(lake)
        handlers = {
            **cloudtrail.handlers(lake, _before_query(recorder, late), queries),
            **athena.handlers(stores, queries, _before_query(recorder, late, trails)),
            **simulate.HANDLERS,
        }
        endpoint = Endpoint(
            handlers=handlers,
            recorder=Acknowledging(recorder, journal) if journal else recorder,
            timekeeper=timekeeper,
            faults=faults,
            journal=journal,
        )
        imports = ImportDoor(endpoint, lake, journal)
        switches = FaultDoor(imports, faults, journal)
        resets = ResetDoor(switches)
        cloud = Cloud(
            endpoint=inside.inside,
            address=listener.url,
            lake=lake,
            recorder=recorder,
            trails=trails,
            timekeeper=timekeeper,
            late=late,
            views=stores,
            resets=resets,
            journal=journal,
        )
        if resume:
            resume(cloud, endpoint, _doing(imports, switches))
        stack.enter_context(served(resets, inside.socket, front=listener if listener.tls else None))
        yield cloud


def _before_query(recorder: Recorder, late: Late, trails: TrailDelivery | None = None) -> Callable[[], None]:
    """Have delivered all that is due of what was answered until now; to the buckets of `trails` too."""

    def wait() -> None:
        recorder.flush()
        late.deliver_due()
        if trails is not None:
            trails.flush()

    return wait


def _to_all(*takers: Callable[[Sequence[Record]], None]) -> Callable[[Sequence[Record]], None]:
    """Deliver records to each of these, in this order.

    If one raises, all are told again by whoever tries again: only the last gets every record once.
    """

    def deliver(records: Sequence[Record]) -> None:
        for take in takers:
            take(records)

    return deliver


def _doing(*doors: OrganiserDoor) -> Do:
    """Have organisers' acts done once more by the door that they came to."""

    def do(act: Act) -> None:
        door = next(door for door in doors if act.message.path.startswith(door.path))
        with suppress(AwsError):  # as it was refused then
            door.serve(act.message, act.account_id, act.region)

    return do

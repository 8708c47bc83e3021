"""Teaching moto: every mend, in one order, once per process."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from infra.local.aws import (
    bucket_encryption,
    bucket_policies,
    chance,
    clock,
    cloudformation,
    ec2,
    ids,
    intrinsics,
    keys,
    quotas,
    ssm,
    trails,
)
from infra.local.aws.settings import Deliver, Settings, Take, use
from infra.local.clock import Timekeeper
from infra.local.faults import Faults
from infra.local.lake.lake import Lake

MENDS: Final[tuple[Callable[[], None], ...]] = (
    chance.mend,
    clock.mend,
    ids.mend,
    ec2.mend,
    ssm.mend,
    keys.mend,
    quotas.mend,
    bucket_encryption.mend,
    bucket_policies.mend,
    trails.mend,
    intrinsics.mend,
    cloudformation.mend,
)

_lock = Lock()
_taught: list[Callable[[], None]] = []


def install(
    *,
    lake: Lake | None = None,
    endpoint_url: str | None = None,
    snapshot_seconds: float = 0.0,
    eventual_consistency: float = 0.0,
    faults: Faults | None = None,
    timekeeper: Timekeeper | None = None,
    take: Take | None = None,
    deliver: Deliver | None = None,
) -> None:
    """Mend moto in this process, and say which parts of the lab it is to use from now on: see `Settings`.

    Call it before the first request; what moto held until then in the mended services is forgotten. Later calls only
    replace the settings: all accounts of a process share them.
    """
    use(
        Settings(
            lake=lake,
            endpoint_url=endpoint_url,
            snapshot_seconds=snapshot_seconds,
            eventual_consistency=eventual_consistency,
            faults=faults or Faults(),
            timekeeper=timekeeper,
            take=take,
            deliver=deliver,
        )
    )
    with _lock:
        for mend in MENDS:
            if mend not in _taught:
                mend()
                _taught.append(mend)

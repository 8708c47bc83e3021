"""One account as it was when its lab stood: what moto and the lake hold of it, in a file of its own."""

from __future__ import annotations

import pickle
import zlib
from collections import defaultdict
from collections.abc import Iterator
from copyreg import dispatch_table
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

import msgspec
from moto.backends import get_backend
from moto.s3.models import s3_backends
from msgspec import Struct

from infra.local.journal.files import DamagedError, check_header, header, write_whole
from infra.local.lake import Lake

SERVICES: Final = ("athena", "cloudformation", "cloudtrail", "ec2", "glue", "iam", "kms", "lambda", "s3", "sts")
"""What a lab is made of, and its hosts change. All else begins as it does in a new account."""

SUFFIX: Final = ".checkpoint"


class Checkpoint(Struct, frozen=True, kw_only=True):
    """An account, and the number of the last entry of the log that it has seen."""

    account_id: str
    number: int
    about: dict[str, Any]  # what whoever made the lab needs to know of it
    backends: bytes  # {service: {region: moto's backend}}, and the account's stores in the lake
    buckets: dict[str, tuple[str, str]]  # S3's names of buckets are the same for all accounts
    records: list[str]  # CloudTrail records as JSON, but for background events

    def save(self, folder: Path) -> None:
        """Put it in place of an earlier one. Raises OSError."""
        write_whole(folder / f"{self.account_id}{SUFFIX}", header() + zlib.compress(msgspec.msgpack.encode(self), 1))

    def restore(self, lake: Lake) -> None:
        """Give moto and the lake what they held. Background events are left to whoever made them."""
        held, stores = pickle.loads(self.backends)  # noqa: S301 - our own, in a folder of its owner's alone
        for service, regions in held.items():
            account: dict[str, Any] = get_backend(service)[self.account_id]
            account.update(regions)
        s3_backends.bucket_accounts.update(self.buckets)
        lake.open_again(self.account_id, stores)
        lake.deliver([msgspec.json.decode(record) for record in self.records])


def taken(account_id: str, lake: Lake, *, number: int, about: dict[str, Any]) -> Checkpoint:
    """An account as it is now. Nobody may call it meanwhile."""
    held = {
        service: dict(get_backend(service)[account_id].items())
        for service in SERVICES
        if account_id in get_backend(service).keys()  # noqa: SIM118 - its `in` makes what is not there
    }
    stored = BytesIO()
    _Pickler(stored, pickle.HIGHEST_PROTOCOL).dump((held, lake.all_stores(account_id)))
    owned = {name: where for name, where in s3_backends.bucket_accounts.items() if where[1] == account_id}
    return Checkpoint(
        account_id=account_id,
        number=number,
        about=about,
        backends=stored.getvalue(),
        buckets=owned,
        records=lake.events(account_id),
    )


def checkpoints(folder: Path) -> Iterator[Checkpoint]:
    """Every account's. Raises OtherVersionError, DamagedError."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        line, _, content = path.read_bytes().partition(b"\n")
        check_header(path, line + b"\n")
        try:
            yield msgspec.msgpack.decode(zlib.decompress(content), type=Checkpoint)
        except (zlib.error, msgspec.MsgspecError) as error:
            raise DamagedError(f"{path} is damaged: {error}") from error


class _Pickler(pickle.Pickler):
    # moto's Lambda looks functions up in a dictionary that does not keep them (others in the same pickle do), and
    # aliases in one that begins new entries with `lambda: {}`.
    dispatch_table = {  # noqa: RUF012 - as pickle documents it
        **dispatch_table,
        WeakValueDictionary: lambda weak: (WeakValueDictionary, (dict(weak),)),
        defaultdict: lambda held: (defaultdict, (_begins(held),), None, None, iter(held.items())),
    }


def _begins(held: defaultdict[Any, Any]) -> Any:
    factory = held.default_factory
    return factory if factory is None or isinstance(factory, type) else type(factory())

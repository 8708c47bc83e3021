"""The lab's side of `lab import`: a WSGI door in front of local AWS, open to organisers only.

| POST | answer |
|---|---|
| /_lab/imports: `{"name": ..., "readers": [role ARN, ...]}` | 200 `{"id": ..., "arn": ...}` of the import store |
| /_lab/imports/STORE-ID: a batch as `wire` packs it | 200 `{"known": [eventID], "refused": {eventID: why}}` |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec
from msgspec import Struct

from infra.local.call import AwsError
from infra.local.identity import role_named
from infra.local.importing.wire import PATH
from infra.local.lake.import_ import Imports, Line
from infra.local.lake.lake import Lake
from infra.local.message import Message
from infra.local.organiser_door import App, Journal, OrganiserDoor, unreadable

WORKERS: Final = 2  # threads of their own: memory that a batch took is free for the next in the same thread only
POLICY: Final = "ImportedEvents"
READING: Final = (
    "cloudtrail:CancelQuery",
    "cloudtrail:DescribeQuery",
    "cloudtrail:GetEventDataStore",
    "cloudtrail:GetQueryResults",
    "cloudtrail:ListQueries",
    "cloudtrail:StartQuery",
)


class Opening(Struct, forbid_unknown_fields=True):
    """The store that is wanted, and the ARNs of the roles that are to read it."""

    name: str
    readers: list[str]


class ImportDoor(OrganiserDoor):
    """Where organisers send what is to be imported."""

    path = PATH

    def __init__(self, app: App, lake: Lake, journal: Journal | None = None) -> None:
        super().__init__(app, journal)
        self._lake = lake
        self._imports = Imports(lake)
        self._workers = ThreadPoolExecutor(WORKERS, "import")
        lake.before_close(self._workers.shutdown)

    def serve(self, message: Message, account_id: str, region: str) -> Mapping[str, Any]:
        """Open an import store, or add to one. Raises AwsError."""
        if message.path == PATH:
            return self._open(account_id, region, self.document(message, Opening))
        return self._workers.submit(self._add, account_id, region, message).result()

    def _open(self, account_id: str, region: str, wanted: Opening) -> Mapping[str, Any]:
        store = self._imports.open(account_id, region, wanted.name)
        for reader in wanted.readers:
            _let_read(account_id, reader, store.arn)
        return {"id": store.id, "arn": store.arn}

    def _add(self, account_id: str, region: str, message: Message) -> Mapping[str, Any]:
        store = self._lake.store(account_id, region, message.path.rpartition("/")[2])
        try:
            lines = msgspec.msgpack.decode(message.body, type=list[Line])
        except (msgspec.MsgspecError, RecursionError) as error:
            raise unreadable(f"it is no batch ({error})") from None
        added = self._imports.add(store, lines)
        return {"known": sorted(added.known), "refused": dict(added.refused)}


def _let_read(account_id: str, role_arn: str, store_arn: str) -> None:
    """Give a role an inline policy of its own to query the store with; no event tells of it."""
    role = role_named(account_id, role_arn.rpartition("/")[2])
    if role is None:
        raise AwsError("NoSuchEntity", f"there is no role {role_arn}")
    held = json.loads(role.policies.get(POLICY, '{"Version": "2012-10-17", "Statement": []}'))
    statement = {"Effect": "Allow", "Action": list(READING), "Resource": store_arn}
    if statement not in held["Statement"]:
        role.put_policy(POLICY, json.dumps({**held, "Statement": [*held["Statement"], statement]}))

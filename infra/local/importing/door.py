"""The lab's side of `lab import`: a WSGI door in front of local AWS, open to organisers only.

| POST | answer |
|---|---|
| /_lab/imports: `{"name": ..., "readers": [role ARN, ...]}` | 200 `{"id": ..., "arn": ...}` of the import store |
| /_lab/imports/STORE-ID: a batch as `wire` packs it | 200 `{"known": [eventID], "refused": {eventID: why}}` |

Requests are signed as AWS's are, with the organiser's keys and the service name `lab`. A refusal is `{"error": ...}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from infra.local.call import AwsError
from infra.local.errors import FaultError, in_form
from infra.local.identity import ORGANISER, Identities, role_named
from infra.local.importing.wire import PATH, SIGNING_NAME, unpack
from infra.local.lake.import_ import Imports, Line
from infra.local.lake.lake import Lake
from infra.local.message import Message, read
from infra.local.signature import claim_of, verify

POLICY: Final = "ImportedEvents"
READING: Final = (
    "cloudtrail:CancelQuery",
    "cloudtrail:DescribeQuery",
    "cloudtrail:GetEventDataStore",
    "cloudtrail:GetQueryResults",
    "cloudtrail:ListQueries",
    "cloudtrail:StartQuery",
)

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ImportDoor:
    """A WSGI app that takes imports and passes everything else on to `app`."""

    def __init__(self, app: App, lake: Lake) -> None:
        self._app = app
        self._lake = lake
        self._imports = Imports(lake)
        self._identities = Identities()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request."""
        if not environ["PATH_INFO"].startswith(PATH):
            return self._app(environ, start_response)
        status, document = self._answer(read(environ))
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(document).encode()]

    def _answer(self, message: Message) -> tuple[HTTPStatus, Mapping[str, Any]]:
        try:
            account_id, region = self._organiser(message)
            if message.path == PATH:
                return HTTPStatus.OK, self._open(account_id, region, json.loads(message.body))
            return HTTPStatus.OK, self._add(account_id, region, message)
        except FaultError as fault:
            return HTTPStatus.FORBIDDEN, {"error": in_form(fault, "rest-json").message}
        except AwsError as error:
            return HTTPStatus.BAD_REQUEST, {"error": error.message}

    def _organiser(self, message: Message) -> tuple[str, str]:
        """The account and the region of a request that an organiser signed. Raises FaultError."""
        claim = claim_of(message)
        identity = self._identities.find(claim.access_key_id)
        verify(message, claim, identity.secret, datetime.now(UTC))
        caller = identity.caller
        if (caller.kind, caller.name, claim.signing_name) != ("IAMUser", ORGANISER, SIGNING_NAME):
            raise FaultError("denied", "only the organiser imports events")
        return caller.account_id, claim.region

    def _open(self, account_id: str, region: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        store = self._imports.open(account_id, region, wanted["name"])
        for reader in wanted["readers"]:
            _let_read(account_id, reader, store.arn)
        return {"id": store.id, "arn": store.arn}

    def _add(self, account_id: str, region: str, message: Message) -> Mapping[str, Any]:
        store = self._lake.store(account_id, region, message.path.rpartition("/")[2])
        added = self._imports.add(store, [Line(id=event_id, text=text) for event_id, text in unpack(message.body)])
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

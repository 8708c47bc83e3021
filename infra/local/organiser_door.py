"""Doors of the lab that only organisers can open: WSGI apps in front of local AWS.

Requests are signed as AWS's are, with an organiser's keys and the service name `lab`, and concern the account of these
keys. Documents are JSON; a refusal is `{"error": ...}`.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import msgspec

from infra.local.call import AwsError
from infra.local.errors import FaultError, in_form
from infra.local.identity import ORGANISER, Identities
from infra.local.lab_client import SIGNING_NAME
from infra.local.message import Message, read
from infra.local.signature import claim_of, verify

Wanted = TypeVar("Wanted")


class Journal(Protocol):
    """Whoever has to know of what organisers do before it is done."""

    def act(self, message: Message, account_id: str, region: str) -> AbstractContextManager[None]:
        """Within it an organiser's request is served. Raises FaultError."""


App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def unreadable(why: str) -> AwsError:
    """The refusal of a request whose body is not what it should be."""
    return AwsError("InvalidRequest", f"this cannot be read: {why}"[:500])


class OrganiserDoor(ABC):
    """A WSGI app that answers requests below `path`, and passes everything else on to `app`."""

    path: str

    def __init__(self, app: App, journal: Journal | None = None) -> None:
        """Where there is a `journal`, what is asked for is done within its `act`."""
        self._app = app
        self._journal = journal
        self._identities = Identities()

    @abstractmethod
    def serve(self, message: Message, account_id: str, region: str) -> Mapping[str, Any]:
        """The document that answers a request of this account's organiser. Raises AwsError."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request."""
        if not environ["PATH_INFO"].startswith(self.path):
            return self._app(environ, start_response)
        status, document = self._answer(read(environ))
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [json.dumps(document).encode()]

    @staticmethod
    def document(message: Message, kind: type[Wanted]) -> Wanted:
        """What a request brings as JSON. Raises AwsError where that is nothing of this kind."""
        try:
            return msgspec.json.decode(message.body, type=kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise unreadable(str(error)) from None

    def _answer(self, message: Message) -> tuple[HTTPStatus, Mapping[str, Any]]:
        try:
            account_id, region = self._organiser(message)
            journal = None if message.method == "GET" else self._journal
            with journal.act(message, account_id, region) if journal else nullcontext():
                return HTTPStatus.OK, self.serve(message, account_id, region)
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
            raise FaultError("denied", "this is for the organiser only")
        return caller.account_id, claim.region

"""A learner's way to the lab's HTTP API.

    PortalError
    +-- PortalUnreachableError  nobody answers at that address
    +-- TokenRefusedError       somebody answers, and does not know the token
    +-- PortalBusyError         the team asks too often, and has to wait
    +-- NothingTakenError       the organiser's event has not begun, is paused, or is over
    +-- PortalRefusedError      any other refusal, in the portal's words

A sheet that cannot be graded is `grader.sheet.parse.NotGradableError`, with what to mend.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError

from grader.report import Report
from grader.sheet.parse import NotGradableError, SheetError

TIMEOUT = urllib3.Timeout(connect=5, read=600)  # a grading asks AWS, which may take minutes


class PortalError(Exception):
    """The lab's HTTP API did not do what was asked."""


class PortalUnreachableError(PortalError):
    """No lab answers at the address."""


class TokenRefusedError(PortalError):
    """The lab does not know the token: it is another lab's, or of an earlier one."""


class PortalBusyError(PortalError):
    """The team asked too often; the message says how long to wait."""


class NothingTakenError(PortalError):
    """The organiser's event is not running; the message says why, in the lab's words."""


class PortalRefusedError(PortalError):
    """The lab answered with a refusal, or what answered is no lab."""


class Portal:
    """The API of one lab at `url`, for the team whose token this is.

    Raises PortalUnreachableError for what is no address, TokenRefusedError for what is no token.
    """

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise PortalUnreachableError(f"no lab answers at {url!r}: is LAB_URL the address that `lab env` gave?")
        if not token.isascii() or not token.isprintable():
            raise TokenRefusedError("LAB_TOKEN holds characters that no token has: copy it again")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def team(self) -> dict[str, Any]:
        """The team, its account and store, and the tasks. Raises PortalError."""
        return self._ask("GET", "/api/team")

    def submit(self, sheet: bytes) -> dict[str, Any]:
        """Hand in a sheet; tells what is answered by now. Raises NotGradableError, PortalError."""
        return self._ask("POST", "/api/sheet", sheet)

    def submit_notebook(self, document: bytes) -> dict[str, Any]:
        """Hand in an executed notebook; tells which file it is, and what is in it. Raises as `submit`."""
        return self._ask("POST", "/api/notebook", document)

    def report(self) -> Report:
        """Have the team graded now. Raises PortalError."""
        return Report.from_json(self._ask("POST", "/api/report"))

    def hints(self, task: str) -> dict[str, Any]:
        """The hints of a task that were shown, and `next_cost`. Raises PortalError."""
        return self._ask("GET", f"/api/hints/{quote(task, safe='')}")

    def show_hints(self, task: str, steps: int) -> dict[str, Any]:
        """Have the first so many hints shown, each for its cost, once; as `hints`. Raises PortalError."""
        return self._ask("POST", f"/api/hints/{quote(task, safe='')}/{steps}")

    def _ask(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        try:
            answer = self._http.request(method, self._url + path, body=body, headers=self._headers)
        except SSLError as error:
            raise PortalUnreachableError(
                f"this machine does not trust the certificate of {self._url}: name it with SSL_CERT_FILE=FILE, in a "
                f"class the ca.pem of a team's handouts ({error})"
            ) from error
        except (HTTPError, LocationParseError) as error:
            raise PortalUnreachableError(f"no lab answers at {self._url}: is it running? ({error})") from error
        document = _document(answer.data)
        if answer.status == HTTPStatus.OK and document is not None:
            return document
        raise _refusal(self._url, answer.status, document or {})


def _document(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _refusal(url: str, status: int, document: dict[str, Any]) -> Exception:
    if status == HTTPStatus.UNAUTHORIZED:
        return TokenRefusedError(f"the lab at {url} does not know this token: is LAB_TOKEN of this lab?")
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and "errors" in document:
        return NotGradableError([SheetError(**error) for error in document["errors"]])
    said = document.get("error", "what answers is no lab, or it is in trouble")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return NotGradableError([SheetError("the whole", "a longer text", str(said))])
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return PortalBusyError(str(said))
    if status == HTTPStatus.CONFLICT:
        return NothingTakenError(str(said))
    return PortalRefusedError(f"the lab at {url} answered {status}: {said}")

"""How an organiser's commands reach the lab that is up: signed requests to doors that only organisers can open."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningCredentials
from urllib3.exceptions import HTTPError

from scenario.access import Credentials

SIGNING_NAME: Final = "lab"  # requests are signed as AWS's are, for a service of this name
TIMEOUT: Final = urllib3.Timeout(connect=5, read=300)


class LabRefusedError(RuntimeError):
    """The lab did not do what was asked. The message is the lab's."""


class MistakenError(LabRefusedError):
    """What was asked makes no sense: asking again would not help."""


class LabClient:
    """The lab at `endpoint`, for the organiser whose keys these are."""

    def __init__(self, endpoint: str, *, region: str, keys: Credentials) -> None:
        self._endpoint = endpoint
        self._region = region
        self._keys = SigningCredentials(keys.access_key_id, keys.secret_access_key, keys.session_token)
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def call(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        """The document that answers a request. Raises LabRefusedError, MistakenError."""
        url = f"{self._endpoint}{path}"
        request = AWSRequest(method, url, {"Content-Type": "application/octet-stream"}, body)
        SigV4Auth(self._keys, SIGNING_NAME, self._region).add_auth(request)
        try:
            answer = self._http.request(method, url, body=body, headers=dict(request.headers))
            document: dict[str, Any] = json.loads(answer.data)
        except HTTPError as error:
            raise LabRefusedError(f"the lab at {self._endpoint} does not answer: is it up? ({error})") from error
        except ValueError:
            raise LabRefusedError(f"what answers at {self._endpoint} is no lab of this version") from None
        if answer.status != HTTPStatus.OK:
            refused = MistakenError if answer.status == HTTPStatus.BAD_REQUEST else LabRefusedError
            raise refused(f"the lab did not take it: {document['error']}")
        return document

"""moto behind the front door: which of its services is meant, and what it answers. Its own IAM stays off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cache
from typing import Any

from boto3 import Session
from moto.backend_index import backend_url_patterns
from moto.backends import list_of_moto_modules
from moto.core.utils import service_name_from_moto_package_name
from moto.iam.access_control import PermissionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeBucket

from infra.local.call import Answer, Caller
from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.signature import Claim

log = logging.getLogger(__name__)

# moto's packages that are not called like botocore's service, dashes apart.
PACKAGES = {
    "awslambda": "lambda",
    "awslambda_simple": "lambda",
    "batch_simple": "batch",
    "dynamodb_v20111205": "dynamodb",
}
# Two services of one signing name, told apart by the version of their query protocol.
VERSIONS = {"Version=2015-12-01": {"elb": "elbv2"}}
# These call other services, some through the endpoint itself, or wait: a lock around them would stop everybody.
UNLOCKED = frozenset({"cloudformation", "lambda", "stepfunctions", "sqs"})
HOST_BY_SIGNING_NAME = "{signing_name}.{region}.amazonaws.com"


class MotoApp:
    """moto's server, called in process.

    moto's stores are plain dictionaries that many threads would change under each other's hands, so its part of a call
    is made by one thread at a time. That costs nothing: Python runs one thread at a time anyway.
    """

    def __init__(self) -> None:
        _leave_bucket_policies_to_us()
        self._dispatcher = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.RLock()
        self._app_of = cache(create_backend_app)

    def service_of(self, claim: Claim, message: Message) -> str:
        """botocore's name of the service that a request is signed for. Raises FaultError("not_offered")."""
        service = service_of_package(self._package(claim, self._environ(claim, message)))
        for version, services in VERSIONS.items():
            if service in services and version.encode() in message.body:
                return services[service]
        return service

    def answer(self, service: str, claim: Claim, caller: Caller, message: Message) -> Answer:
        """moto's answer to a call of this caller, without its request ids and CORS headers.

        Raises FaultError("not_offered") for an operation that moto lacks, and "broken" where moto fails.
        """
        environ = self._environ(claim, message)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account_id
        guard: AbstractContextManager[Any] = nullcontext() if service in UNLOCKED else self._lock
        package = self._package(claim, environ)
        with guard:
            answer = _run(self._app_of(package), environ)
        if answer.status >= 400 and answer.headers.get("content-type", "").startswith("text/html"):
            raise FaultError("not_offered")
        return answer

    def _package(self, claim: Claim, environ: Mapping[str, Any]) -> str:
        host = self._dispatcher.infer_service_region_host(dict(environ), environ["PATH_INFO"])
        package = _package_at(host or "")
        if package is None or service_of_package(package) not in _botocore_services():
            raise FaultError("not_offered", f"Local AWS does not offer the service {claim.signing_name}.")
        return package

    def _environ(self, claim: Claim, message: Message) -> dict[str, Any]:
        """The request as moto takes it: signed in a header, sent to AWS's own host, without orders to moto."""
        headers = {name: value for name, value in message.headers.items() if not name.startswith("x-moto-")}
        headers["host"] = HOST_BY_SIGNING_NAME.format(signing_name=claim.signing_name, region=claim.region)
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={claim.access_key_id}/{claim.scope}, "
            f"SignedHeaders={';'.join(claim.signed_headers)}, Signature={claim.signature}"
        )
        return replace(message, headers=headers).environ()


@cache
def _package_at(host: str) -> str | None:
    if host in list_of_moto_modules():
        return host
    return next((package for package, pattern in backend_url_patterns if pattern.match(f"http://{host}")), None)


@cache
def service_of_package(package: str) -> str:
    """botocore's name of the service that a package of moto's imitates."""
    return PACKAGES.get(package) or service_name_from_moto_package_name(package)


@cache
def _botocore_services() -> frozenset[str]:
    return frozenset(Session().get_available_services())


def _run(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Answer:
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started["status"] = int(status.split(" ", 1)[0])
        started["headers"] = {name.lower(): value for name, value in headers}

    try:
        chunks = app(environ, start_response)
        body = b"".join(chunks)
    except NotImplementedError as error:
        raise FaultError("not_offered") from error
    except Exception as error:  # the seam to moto: whatever it raises, the client gets one clear error
        log.exception("moto failed")
        raise FaultError("broken", f"Local AWS failed to answer: {type(error).__name__}: {error}") from error
    headers = {n: v for n, v in started["headers"].items() if not n.startswith("access-control-")}
    return Answer(status=started["status"], headers=headers, body=body)


def _leave_bucket_policies_to_us() -> None:
    # moto asks a bucket's policy even when its IAM is off, ignoring conditions: a TLS-only bucket refuses everything.
    FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL  # type: ignore[method-assign]

"""moto behind the front door: which of its services is meant, and what it answers. Its own IAM stays off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from boto3 import Session
from moto.backend_index import backend_url_patterns
from moto.backends import list_of_moto_modules
from moto.core import responses
from moto.core.utils import method_names_from_class, service_name_from_moto_package_name
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
VERSIONS = {b"Version=2015-12-01": {"elb": "elbv2"}}
# These call other services, some through the endpoint itself, or wait: a lock around them would stop everybody.
UNLOCKED = frozenset({"cloudformation", "lambda", "stepfunctions", "sqs"})


@dataclass(frozen=True, slots=True)
class Target:
    """Who is to answer a request: a package of moto's, and botocore's name of the service that it imitates."""

    package: str
    service: str


class MotoApp:
    """moto's server, called in process.

    moto's stores are plain dictionaries that many threads would change under each other's hands, so its part of a call
    is made by one thread at a time. That costs nothing: Python runs one thread at a time anyway.
    """

    def __init__(self) -> None:
        _leave_bucket_policies_to_us()
        _look_up_actions_once()
        self._dispatcher = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.RLock()
        self._apps: dict[str, Any] = {}

    def target_of(self, claim: Claim, message: Message) -> Target:
        """Who the request is signed for. Raises FaultError("not_offered") for a service that moto lacks."""
        headers = {"HTTP_AUTHORIZATION": _authorization(claim), "HTTP_HOST": message.host, "PATH_INFO": message.path}
        if target := message.headers.get("x-amz-target"):
            headers["HTTP_X_AMZ_TARGET"] = target
        try:
            host = self._dispatcher.infer_service_region_host(headers, message.path)
        except (KeyError, IndexError):  # DynamoDB without a target
            host = None
        package = _package_at(host or "")
        service = service_of_package(package) if package else ""
        if package is None or service not in _botocore_services():
            raise FaultError("not_offered", f"Local AWS does not offer the service {claim.signing_name}.")
        for version, services in VERSIONS.items():
            if service in services and version in message.body:
                service = services[service]
        return Target(package, service)

    def answer(self, target: Target, claim: Claim, caller: Caller, message: Message) -> Answer:
        """moto's answer to a call of this caller, without its CORS headers.

        Raises FaultError("not_offered") for an operation that moto lacks, and "broken" where moto fails.
        """
        environ = _environ(claim, caller, message)
        guard: AbstractContextManager[Any] = nullcontext() if target.service in UNLOCKED else self._lock
        with guard:
            answer = _run(self._app_of(target.package), environ)
        html = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status >= 400 and html and message.method != "HEAD":  # S3's "not found" to HEAD has no other type
            raise FaultError("not_offered")
        return answer

    def _app_of(self, package: str) -> Any:
        with self._lock:
            if package not in self._apps:
                self._apps[package] = create_backend_app(cast(Any, package))
            return self._apps[package]


def _environ(claim: Claim, caller: Caller, message: Message) -> dict[str, Any]:
    """The request as moto takes it: signed in a header, sent to AWS's own host, without orders to moto but ours."""
    headers = {name: value for name, value in message.headers.items() if not name.startswith("x-moto-")}
    headers["host"] = f"{claim.signing_name}.{claim.region}.amazonaws.com"
    headers["authorization"] = _authorization(claim)
    headers["x-moto-account-id"] = caller.account_id
    return replace(message, headers=headers).environ()


def _authorization(claim: Claim) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential={claim.access_key_id}/{claim.scope}, "
        f"SignedHeaders={';'.join(claim.signed_headers)}, Signature={claim.signature}"
    )


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


def _look_up_actions_once() -> None:
    # moto lists the methods of the service's class on every call, which takes longer than all that we do.
    responses.method_names_from_class = _method_names  # type: ignore[attr-defined]


@cache
def _method_names(response_class: type[object]) -> list[str]:
    return method_names_from_class(response_class)

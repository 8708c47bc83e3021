"""Running a Lambda function's inline code in this process.

AWS: Lambda runs the handler with credentials of the function's role and the context object of its runtime.
Bare moto: starts a container, which needs Docker.
Here: the code runs in a thread of this process. Its own `import boto3` gives a session of the function's role whose
clients speak to the lab's endpoint, `import cfnresponse` gives a module that keeps the answer; nobody else's imports
change. Only inline Python code can be run this way.
"""

from __future__ import annotations

import builtins
import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

import boto3
from moto.awslambda.models import LambdaFunction

from infra.local import clock
from infra.local.aws.failure import ResourceFailedError
from infra.local.aws.settings import settings
from infra.local.identity import issue_session
from infra.local.recorder import assumed_role
from scenario.access import open_session

SESSION_SECONDS: Final = 3600
LAMBDA: Final = "lambda.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the code sent to CloudFormation by way of cfnresponse."""

    succeeded: bool
    data: Mapping[str, Any]
    physical_id: str | None
    reason: str


def run(function: LambdaFunction, event: Mapping[str, Any]) -> Response:
    """Invoke a function for a custom resource and wait for its answer.

    Raises ResourceFailedError where the code ends, or its time, without an answer.
    """
    answers: list[Response] = []
    context = _context(function, str(event["RequestId"]))
    handler = _handler(function, {"boto3": _boto3(_session(function)), "cfnresponse": _cfnresponse(answers)})
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=function.function_name)
    try:
        error = worker.submit(handler, dict(event), context).exception(timeout=float(function.timeout))
    except TimeoutError:
        error = TimeoutError(f"Task timed out after {function.timeout} seconds")
    finally:
        worker.shutdown(wait=False)
    if not answers:
        cause = f": {type(error).__name__}: {error}" if error else ""
        raise ResourceFailedError(
            "CloudFormation did not receive a response from your Custom Resource "
            f"(RequestId: {event['RequestId']}){cause}"
        )
    return answers[-1]


def _handler(function: LambdaFunction, modules: Mapping[str, Any]) -> Any:
    def own_import(name: str, *args: Any) -> Any:
        return modules[name] if name in modules else builtins.__import__(name, *args)

    module, _, attribute = str(function.handler).rpartition(".")
    with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
        source = archive.read(f"{module}.py").decode()
    names: dict[str, Any] = {"__name__": module, "__builtins__": {**vars(builtins), "__import__": own_import}}
    exec(compile(source, f"{function.function_name}/{module}.py", "exec"), names)  # noqa: S102  # a function's own code
    return names[attribute]


def _session(function: LambdaFunction) -> boto3.Session:
    endpoint = settings().endpoint_url
    if endpoint is None:
        raise ResourceFailedError("this lab's endpoint is not known: no Lambda code can be run")
    try:
        credentials = issue_session(function.role, function.function_name, seconds=SESSION_SECONDS)
    except LookupError as error:
        raise ResourceFailedError("The role defined for the function cannot be assumed by Lambda.") from error
    session, invoked_at = open_session(credentials, region=function.region, endpoint=endpoint), clock.now()
    if timekeeper := settings().timekeeper:
        timekeeper.lead(session, lambda: invoked_at)
    if deliver := settings().deliver:
        assumed = assumed_role(
            LAMBDA,
            function.role,
            function.function_name,
            credentials,
            begins=invoked_at,
            lasts=timedelta(seconds=SESSION_SECONDS),
            region=function.region,
        )
        deliver([assumed])
    return session


def _boto3(session: boto3.Session) -> SimpleNamespace:
    def own_session(*args: Any, **settings: Any) -> boto3.Session:
        return session

    return SimpleNamespace(client=session.client, resource=session.resource, Session=own_session)


def _cfnresponse(answers: list[Response]) -> SimpleNamespace:
    def send(
        event: Mapping[str, Any],
        context: Any,
        response_status: str,
        response_data: Mapping[str, Any] | None,
        physical_id: str | None = None,
        no_echo: bool = False,
        reason: str | None = None,
    ) -> None:
        answers.append(
            Response(
                succeeded=response_status == "SUCCESS",
                data=response_data or {},
                physical_id=physical_id or context.log_stream_name,
                reason=reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
            )
        )

    return SimpleNamespace(SUCCESS="SUCCESS", FAILED="FAILED", send=send)


def _context(function: LambdaFunction, request_id: str) -> SimpleNamespace:
    return SimpleNamespace(
        function_name=function.function_name,
        function_version="$LATEST",
        invoked_function_arn=function.function_arn,
        memory_limit_in_mb=str(function.memory_size),
        aws_request_id=request_id,
        log_group_name=function.logs_group_name,
        log_stream_name=f"[$LATEST]{request_id.replace('-', '')}",
        get_remaining_time_in_millis=lambda: int(float(function.timeout) * 1000),
    )

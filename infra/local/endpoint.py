"""The front door of local AWS: who calls, may they, who answers; and the recorder hears of it."""

from __future__ import annotations

import base64
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from moto.core.serialize import SerializationContext, get_serializer_class

from infra.local import chance, chunks, clock
from infra.local.authoriser.authoriser import check
from infra.local.authoriser.queries import StartedQueries
from infra.local.blame import blame
from infra.local.call import Answer, AwsError, Call, Caller, answering
from infra.local.changes import changes, is_kept
from infra.local.clock import HEADER, Seconds, Timekeeper
from infra.local.errors import FaultError, Form, answer_error, in_form
from infra.local.faults import Faults
from infra.local.identity import Identities, Identity
from infra.local.message import Message, read
from infra.local.moto_app import MotoApp, Target
from infra.local.request import Parsed, form_of, guess_form, operation_model, parse, unsigned_action
from infra.local.signature import Claim, claim_of, verify

if TYPE_CHECKING:
    from infra.local.journal.entries import Change

log = logging.getLogger(__name__)
Handler = Callable[[Call], Mapping[str, Any]]

HEALTH = "/_lab/health"
# moto's own doors: its API resets everything, its metadata service hands out any role.
CLOSED = ("/moto-api", "/latest/meta-data", "/latest/api", "/favicon.ico", "/_lab")
# moto answers these with credentials that nobody knows.
NOT_OFFERED = frozenset({("sts", "GetSessionToken"), ("sts", "GetFederationToken"), ("sts", "AssumeRoot")})
UNSIGNED = frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
CONTENT_TYPES: Mapping[Form, str] = {
    "ec2": "text/xml;charset=UTF-8",
    "query": "text/xml",
    "json": "application/x-amz-json-1.1",
    "rest-json": "application/json",
    "rest-xml": "application/xml",
    "s3": "application/xml",
}
REQUEST_ID = re.compile(rb"<(requestId|RequestId|RequestID)>[^<]*<")
# Set anew for every answer, here or by the server.
REPLACED = frozenset({"x-amzn-requestid", "x-amz-request-id", "x-amz-id-2", "server", "connection", "date"})


class Recorder(Protocol):
    """Whoever hears of every authenticated call."""

    def take(self, call: Call, answer: Answer) -> None:
        """Take note of a call and its answer; quick, for the client waits. May raise FaultError."""


class Journal(Protocol):
    """Whoever has to know of every change before it is made."""

    def change(self, call: Call, message: Message) -> AbstractContextManager[None]:
        """Within it the call is carried out. Raises FaultError."""


class Endpoint:
    """A WSGI app that answers as AWS does, for many accounts and many threads."""

    def __init__(
        self,
        *,
        handlers: Mapping[tuple[str, str], Handler],
        recorder: Recorder | None = None,
        timekeeper: Timekeeper | None = None,
        faults: Faults | None = None,
        journal: Journal | None = None,
    ) -> None:
        """`handlers` answer before moto, by service and operation; calls may be as old as `timekeeper` says.

        Calls that one of the `faults` strikes are answered by nobody, but recorded as all others. Where there is a
        `journal`, calls that change something are carried out within its `change`.
        """
        self._handlers = handlers
        self._recorder = recorder
        self._timekeeper = timekeeper or Timekeeper()
        self._faults = faults or Faults()
        self._journal = journal
        self._seconds = Seconds()
        self._identities = Identities()
        self._queries = StartedQueries()
        self._moto = MotoApp()

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request."""
        message = read(environ)
        answer = _lab_answer(message) or self._answer(message)
        status = HTTPStatus(answer.status)
        start_response(f"{status.value} {status.phrase}", list(answer.headers.items()))
        return [] if message.method == "HEAD" else [answer.body]

    def _answer(self, message: Message) -> Answer:
        service, signing_name = "", "s3"
        form: Form | None = None
        try:
            claim = _claim_of(message)
            signing_name = claim.signing_name
            target = self._moto.target_of(claim, message)
            service, form = target.service, form_of(target.service, message)
            call, parsed = self._authenticated(claim, service, form, message)
        except FaultError as fault:
            form = form or guess_form(message, signing_name)
            return _refusal(in_form(fault, form, service), form, service, _request_id(form), message)
        with clock.at(call.time, moves=HEADER in message.headers), answering(call):
            answer = self._respond(call, claim, target, form, parsed)
        if self._recorder is not None:
            try:
                self._recorder.take(call, answer)
            except FaultError as fault:
                return _refusal(in_form(fault, form, service), form, service, call.request_id, message)
        return answer

    def again(self, change: Change) -> tuple[Call, Answer]:
        """Carry out once more what was carried out before, at the time that it was then; nobody hears of it."""
        message = change.message
        claim = claim_of(message)
        target = self._moto.target_of(claim, message)
        form = form_of(target.service, message)
        parsed = parse(target.service, form, message)
        call = _call(
            message,
            claim,
            parsed,
            service=target.service,
            caller=change.caller,
            session_policy=change.session_policy,
            time=change.time,
            request_id=change.request_id,
        )
        if changes(call.service, call.operation):
            self._seconds.take(call.caller.account_id, call.time, changes=True)
        with clock.at(call.time), answering(call):
            return call, self._respond(call, claim, target, form, parsed, again=True)

    def _authenticated(self, claim: Claim, service: str, form: Form, message: Message) -> tuple[Call, Parsed]:
        identity = self._identities.find(claim.access_key_id)
        past = self._timekeeper.time_of(message.headers)
        time = past or clock.now()
        _check_session(identity, claim, time)
        verify(message, claim, identity.secret, clock.now())
        message = replace(message, headers={n: v for n, v in message.headers.items() if n != HEADER})
        parsed = parse(service, form, chunks.join(message, claim, identity.secret))
        whose = identity.caller.access_key_id if past else identity.caller.account_id
        call = _call(
            message,
            claim,
            parsed,
            service=service,
            caller=identity.caller,
            session_policy=identity.session_policy,
            time=self._seconds.take(whose, time, changes=changes(service, parsed.operation)),
            request_id=_request_id(form),
        )
        return call, parsed

    def _respond(
        self, call: Call, claim: Claim, target: Target, form: Form, parsed: Parsed, *, again: bool = False
    ) -> Answer:
        try:
            if not again:
                self._faults.refuse(call.caller.account_id, f"{call.service}:{call.operation}")
                check(call, self._queries)
            journal = None if again or not is_kept(call.service, call.operation) else self._journal
            with journal.change(call, parsed.message) if journal else nullcontext():
                answer = self._answer_of(call, claim, target, form, parsed.message)
        except AwsError as error:
            return _refusal(error, form, call.service, call.request_id, parsed.message)
        except Exception as error:  # noqa: BLE001  # whatever it is, the client gets one clear error
            fault = _fault(error)
            if fault.fault == "broken":
                fault = blame(fault, call.service, call.operation, call.parameters, form)
            if fault.fault == "not_offered" and not fault.message:
                fault = FaultError("not_offered", f"Local AWS does not offer {call.service}:{call.operation}.")
            return _refusal(in_form(fault, form, call.service), form, call.service, call.request_id, parsed.message)
        return _stamped(answer, form, call.request_id, parsed.message)

    def _answer_of(self, call: Call, claim: Claim, target: Target, form: Form, message: Message) -> Answer:
        name = (call.service, call.operation)
        if handler := self._handlers.get(name):
            result = handler(call)
            self._queries.notice(call, result)
            return _serialised(call, form, result)
        if name in NOT_OFFERED:
            raise FaultError("not_offered")
        return self._moto.answer(target, claim, call.caller, message)


def _fault(error: Exception) -> FaultError:
    """A refusal as it is; anything else is broken."""
    if isinstance(error, FaultError):
        return error
    log.error("a call failed", exc_info=error)
    return FaultError("broken", f"Local AWS failed to answer: {type(error).__name__}: {error}")


def _call(
    message: Message,
    claim: Claim,
    parsed: Parsed,
    *,
    service: str,
    caller: Caller,
    session_policy: str | None,
    time: datetime,
    request_id: str,
) -> Call:
    return Call(
        service=service,
        operation=parsed.operation,
        parameters=parsed.parameters,
        region=claim.region,
        caller=caller,
        session_policy=session_policy,
        time=time,
        request_id=request_id,
        source_ip=message.source_ip,
        user_agent=message.headers.get("user-agent", ""),
        host=message.host,
        bytes_in=len(parsed.message.body),
        headers=message.headers,
    )


def _lab_answer(message: Message) -> Answer | None:
    """Answers that are no AWS's: the health check, and closed doors."""
    text = {"content-type": "text/plain; charset=utf-8"}
    if message.path == HEALTH:
        return Answer(status=200, headers=text, body=b"ok\n")
    if message.path.startswith(CLOSED):
        return Answer(status=404, headers=text, body=b"This is local AWS. There is nothing here but AWS.\n")
    return None


def _claim_of(message: Message) -> Claim:
    try:
        return claim_of(message)
    except FaultError:
        if (action := unsigned_action(message)) in UNSIGNED:
            raise FaultError("not_offered", f"Local AWS does not offer {action}.") from None
        raise


def _check_session(identity: Identity, claim: Claim, now: datetime) -> None:
    if not hmac.compare_digest(identity.session_token.encode(), claim.session_token.encode()):
        raise FaultError("wrong_session_token")
    if identity.expires_at is not None and identity.expires_at <= now:
        raise FaultError("expired_session")


def _request_id(form: Form) -> str:
    # S3's are sixteen capitals and digits, everybody else's are UUIDs.
    return base64.b32encode(chance.token_bytes(10)).decode() if form == "s3" else chance.uuid4()


def _refusal(error: AwsError, form: Form, service: str, request_id: str, message: Message) -> Answer:
    answer = answer_error(error, form, request_id=request_id, service=service, head=message.method == "HEAD")
    return _stamped(answer, form, request_id, message)


def _serialised(call: Call, form: Form, result: Mapping[str, Any]) -> Answer:
    serializer_class = get_serializer_class(call.service, "rest-xml" if form == "s3" else form)
    serializer = serializer_class(
        operation_model(call.service, call.operation), context=SerializationContext(call.request_id)
    )
    response = serializer.serialize(dict(result))
    body = response["body"]
    headers = {name.lower(): str(value) for name, value in response["headers"].items()}
    return Answer(
        status=response["status_code"], headers=headers, body=body.encode() if isinstance(body, str) else body
    )


def _stamped(answer: Answer, form: Form, request_id: str, message: Message) -> Answer:
    """The answer under its request id, in the headers and, where the protocol repeats it, in the body."""
    headers = {name: value for name, value in answer.headers.items() if name not in REPLACED}
    headers["x-amzn-requestid"] = request_id
    if headers.get("content-type", "").startswith("text/html"):
        # Flask's default, for what moto did not label.
        headers["content-type"] = CONTENT_TYPES[form]
    body = answer.body
    if form == "s3":
        headers["x-amz-request-id"] = request_id
        headers["x-amz-id-2"] = base64.b64encode(chance.token_bytes(56)).decode()
    if form in ("ec2", "query") or (form in ("s3", "rest-xml") and answer.status >= 400):
        body, found = REQUEST_ID.subn(rb"<\1>" + request_id.encode() + b"<", body)
        if not found and form == "ec2":
            end = body.rindex(b"</")
            body = body[:end] + f"<requestId>{request_id}</requestId>".encode() + body[end:]
    if message.method != "HEAD" or "content-length" not in headers:
        headers["content-length"] = str(len(body))
    return replace(answer, headers=headers, body=body)

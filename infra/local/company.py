"""The people, roles and services of a working company, and the records of what they do all day.

`company.json` says who they are and what they call; a seed says which of them there are. A record made here is a
template: what differs from event to event stands in it as a mark of `infra.local.lake.database`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import Any

from infra.local.draw import Dice, Draw
from infra.local.lake.database import EVENT_ID, EVENT_TIME, REQUEST_ID, SHORT_REQUEST_ID

GLOBAL_SERVICES = {"iam", "organizations", "ce", "health"}  # recorded in us-east-1
MANAGEMENT = "Management"  # the category of what is no data event
CIPHER = "TLS_AES_128_GCM_SHA256"


@dataclass(frozen=True, kw_only=True)
class Template:
    """One kind of event of one session of one actor; its record is drawn once it is looked at, as few labs need all.

    `part` of `parts` is the stretch of the time in which the session lives, counted from 0.
    """

    make: Callable[[], Mapping[str, Any]] = field(compare=False)
    management: bool
    weight: float
    hours: str
    part: int
    parts: int

    @cached_property
    def record(self) -> Mapping[str, Any]:
        """The record, with marks in it."""
        return self.make()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who acts in one session: `draw` has the session's values and dice."""

    identity: Mapping[str, Any]
    address: str
    draw: Draw


@cache
def company() -> Mapping[str, Any]:
    """The data file."""
    content: Mapping[str, Any] = json.loads(files("infra.local").joinpath("company.json").read_text("utf-8"))
    return content


def templates(account_id: str, region: str, seed: str, since: datetime, until: datetime) -> Iterator[Template]:
    """All that the company does in this account between two moments. Same arguments, same records, everywhere.

    No instance of the company lists buckets.
    """
    dice = Dice(f"{seed}:{account_id}")
    world = {word: [dice.draw(form) for form in forms] for word, forms in company()["words"].items()}
    for actor in company()["actors"]:
        for copy in range(actor["copies"]):
            draw = Draw(dice, world, {"account": account_id, "region": region})
            yield from _templates_of(actor, copy, draw, since, until - since)


def _templates_of(
    actor: Mapping[str, Any], copy: int, draw: Draw, since: datetime, span: timedelta
) -> Iterator[Template]:
    calls = [call for group in actor["calls"] for call in company()["calls"][group]]
    every = sum(call["weight"] for call in calls)
    for session in range(actor["sessions"]):
        caller = cache(partial(_caller, actor, copy, session, draw, since, span))
        variants = ((call, variant) for call in calls for variant in range(call.get("variants", 1)))
        for number, (call, _) in enumerate(variants):
            yield Template(
                make=partial(_record, actor, call, caller, str(number)),
                management=call.get("category", MANAGEMENT) == MANAGEMENT,
                weight=actor["weight"] / actor["copies"] * call["weight"] / every / call.get("variants", 1),
                hours=actor["hours"],
                part=session,
                parts=actor["sessions"],
            )


def _caller(actor: Mapping[str, Any], copy: int, session: int, draw: Draw, since: datetime, span: timedelta) -> Caller:
    began = since + span * session / actor["sessions"]
    name = draw.text(actor["name"], place=copy)
    of_session = draw.apart(f"{actor['name']}:{copy}:{session}").with_values(
        name=name,
        began=began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        expiration=(began + span / actor["sessions"] + timedelta(hours=1)).strftime("%b %-d, %Y, %-I:%M:%S %p"),
    )
    # An instance is the same in every session; a person or a job has its session name anew.
    of_session = of_session.with_values(session=of_session.text(actor.get("session", name), place=copy))
    address = of_session.text(actor.get("address", ""))
    identity = _IDENTITIES[actor["identity"]](of_session, actor)
    return Caller(identity=identity, address=address, draw=of_session.with_values(arn=identity.get("arn", "")))


def _record(
    actor: Mapping[str, Any], call: Mapping[str, Any], caller: Callable[[], Caller], number: str
) -> dict[str, Any]:
    who = caller()
    identity, address, draw = who.identity, who.address, who.draw.apart(number)
    service = call["eventSource"].partition(".")[0]
    region = "us-east-1" if service in GLOBAL_SERVICES else draw.values["region"]
    invoked_by = actor.get("invoked_by")
    failure = call.get("failure")
    parameters = draw.tree(call["requestParameters"])
    category = call.get("category", MANAGEMENT)
    record = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": EVENT_TIME,
        "eventSource": call["eventSource"],
        "eventName": call["eventName"],
        "awsRegion": region,
        "sourceIPAddress": invoked_by or address,
        "userAgent": invoked_by or _agent(actor, call),
        **(draw.tree(failure) if failure else {}),
        "requestParameters": parameters,
        "responseElements": None if failure else draw.tree(call.get("responseElements")),
        "additionalEventData": _s3_data(draw, invoked_by) if call.get("s3") else None,
        "requestID": SHORT_REQUEST_ID if call.get("s3") else REQUEST_ID,
        "eventID": EVENT_ID,
        "readOnly": call["readOnly"],
        "resources": _resources(call, parameters, draw),
        "eventType": "AwsApiCall",
        "apiVersion": call.get("apiVersion"),
        "managementEvent": category == MANAGEMENT,
        "recipientAccountId": draw.values["account"],
        "eventCategory": category,
        "tlsDetails": None if invoked_by else _tls(service, region, parameters),
        "sessionCredentialFromConsole": "true" if actor["identity"] == "console" else None,
    }
    return {key: value for key, value in record.items() if value is not None or key in _NULL_WHEN_EMPTY}


_NULL_WHEN_EMPTY = {"requestParameters", "responseElements"}  # the others are left out


def _agent(actor: Mapping[str, Any], call: Mapping[str, Any]) -> str:
    agent = company()["agents"][actor["agent"]]
    return f"[{agent}]" if call.get("s3") else agent


def _s3_data(draw: Draw, invoked_by: str | None) -> dict[str, Any]:
    return {
        "SignatureVersion": "SigV4",
        **({} if invoked_by else {"CipherSuite": CIPHER}),
        "bytesTransferredIn": 0,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": draw.text("{base64:74}=="),
        "bytesTransferredOut": int(draw.text("{digits:3}")),
    }


def _resources(call: Mapping[str, Any], parameters: Any, draw: Draw) -> list[dict[str, str]] | None:
    if not call.get("bucket"):
        listed: list[dict[str, str]] | None = draw.tree(call.get("resources"))
        return listed
    arn = f"arn:aws:s3:::{parameters['bucketName']}"
    bucket = {"accountId": draw.values["account"], "type": "AWS::S3::Bucket", "ARN": arn}
    return (
        [{"type": "AWS::S3::Object", "ARN": f"{arn}/{parameters['key']}"}, bucket] if "key" in parameters else [bucket]
    )


def _tls(service: str, region: str, parameters: Any) -> dict[str, str]:
    usual = f"{service}.amazonaws.com" if service in GLOBAL_SERVICES else f"{service}.{region}.amazonaws.com"
    host = parameters.get("Host", usual) if parameters else usual
    return {"tlsVersion": "TLSv1.3", "cipherSuite": CIPHER, "clientProvidedHostHeader": host}


def _user(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    account, name = draw.values["account"], draw.values["name"]
    return {
        "type": "IAMUser",
        "principalId": draw.fixed("AIDA{base32:17}", f"user:{name}"),
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": draw.fixed("AKIA{base32:16}", f"key:{name}"),
        "userName": name,
    }


def _console(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {"creationDate": draw.values["began"], "mfaAuthenticated": "true"}
    return {
        **_user(draw, actor),
        "accessKeyId": draw.text("ASIA{base32:16}"),
        "sessionContext": {"attributes": attributes},
    }


def _role(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    account, name, session = (draw.values[key] for key in ("account", "name", "session"))
    principal = draw.fixed("AROA{base32:17}", f"role:{name}")
    issuer = {
        "type": "Role",
        "principalId": principal,
        "arn": f"arn:aws:iam::{account}:role/{name}",
        "accountId": account,
        "userName": name,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": draw.text("ASIA{base32:16}"),
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": draw.values["began"], "mfaAuthenticated": "false"},
        },
    }


def _web(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    identity = _role(draw, actor)
    provider = f"arn:aws:iam::{draw.values['account']}:oidc-provider/token.actions.githubusercontent.com"
    federation = {"webIdFederationData": {"federatedProvider": provider, "attributes": {}}}
    return {**identity, "sessionContext": {**identity["sessionContext"], **federation}}


def _instance(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    identity = _role(draw, actor)
    return {**identity, "sessionContext": {**identity["sessionContext"], "ec2RoleDelivery": "2.0"}}


def _machine(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    """The instance's own identity, not its role's: a look-alike of the one that is looked for."""
    principal = f"{draw.values['account']}:aws:ec2-instance"
    identity = _instance(draw, actor)
    issuer = {**identity["sessionContext"]["sessionIssuer"], "principalId": principal}
    return {
        **identity,
        "principalId": f"{principal}:{draw.values['session']}",
        "sessionContext": {**identity["sessionContext"], "sessionIssuer": issuer},
    }


def _service_role(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    return {**_role(draw, actor), "invokedBy": actor["invoked_by"]}


def _service(draw: Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "AWSService", "invokedBy": actor["invoked_by"]}


_IDENTITIES = {
    "user": _user,
    "console": _console,
    "role": _role,
    "web": _web,
    "instance": _instance,
    "machine": _machine,
    "service_role": _service_role,
    "service": _service,
}

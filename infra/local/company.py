"""The people, roles and services of a working company, and the records of what they do all day.

`company.json` says who they are and what they call; a seed says which of them there are. A record made here is a
template: what differs from event to event stands in it as a mark of `infra.local.lake.database`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from infra.local.lake.database import EVENT_ID, EVENT_TIME, REQUEST_ID, SHORT_REQUEST_ID

GLOBAL_SERVICES = {"iam", "organizations", "ce", "health"}  # recorded in us-east-1
CIPHER = "TLS_AES_128_GCM_SHA256"
_HOLE = re.compile(r"\{(\w+)(?::(\d+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of event of one session of one actor.

    `part` of `parts` is the stretch of the time in which the session lives, counted from 0.
    """

    record: Mapping[str, Any]
    weight: float
    hours: str
    part: int
    parts: int


@cache
def company() -> Mapping[str, Any]:
    """The data file."""
    content: Mapping[str, Any] = json.loads(files("infra.local").joinpath("company.json").read_text("utf-8"))
    return content


def templates(account_id: str, region: str, seed: str, since: datetime, until: datetime) -> Iterator[Template]:
    """All that the company does in this account between two moments. Same arguments, same records, everywhere.

    No instance of the company lists buckets.
    """
    dice = _Dice(f"{seed}:{account_id}")
    world = {word: [dice.draw(form) for form in forms] for word, forms in company()["words"].items()}
    for actor in company()["actors"]:
        for copy in range(actor["copies"]):
            draw = _Draw(dice, world, {"account": account_id, "region": region})
            yield from _templates_of(actor, copy, draw, since, until - since)


def _templates_of(
    actor: Mapping[str, Any], copy: int, draw: _Draw, since: datetime, span: timedelta
) -> Iterator[Template]:
    calls = [call for group in actor["calls"] for call in company()["calls"][group]]
    every = sum(call["weight"] for call in calls)
    name = draw.text(actor["name"], place=copy)
    for session in range(actor["sessions"]):
        began = since + span * session / actor["sessions"]
        times = {
            "began": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "expiration": (began + span / actor["sessions"] + timedelta(hours=1)).strftime("%b %-d, %Y, %-I:%M:%S %p"),
        }
        of_session = draw.with_values(name=name, **times)
        # An instance is the same in every session; a person or a job has its session name anew.
        of_session = of_session.with_values(session=of_session.text(actor.get("session", name), place=copy))
        address = of_session.text(actor.get("address", ""))
        identity = _IDENTITIES[actor["identity"]](of_session, actor)
        of_session = of_session.with_values(arn=identity.get("arn", ""))
        for call in calls:
            for _ in range(call.get("variants", 1)):
                yield Template(
                    record=_record(actor, identity, address, call, of_session.with_values()),
                    weight=actor["weight"] / actor["copies"] * call["weight"] / every / call.get("variants", 1),
                    hours=actor["hours"],
                    part=session,
                    parts=actor["sessions"],
                )


def _record(
    actor: Mapping[str, Any], identity: Mapping[str, Any], address: str, call: Mapping[str, Any], draw: _Draw
) -> dict[str, Any]:
    service = call["eventSource"].partition(".")[0]
    region = "us-east-1" if service in GLOBAL_SERVICES else draw.values["region"]
    invoked_by = actor.get("invoked_by")
    failure = call.get("failure")
    parameters = draw.tree(call["requestParameters"])
    category = call.get("category", "Management")
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
        "managementEvent": category == "Management",
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


def _s3_data(draw: _Draw, invoked_by: str | None) -> dict[str, Any]:
    return {
        "SignatureVersion": "SigV4",
        **({} if invoked_by else {"CipherSuite": CIPHER}),
        "bytesTransferredIn": 0,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": draw.text("{base64:74}=="),
        "bytesTransferredOut": int(draw.text("{digits:3}")),
    }


def _resources(call: Mapping[str, Any], parameters: Any, draw: _Draw) -> list[dict[str, str]] | None:
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


def _user(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    account, name = draw.values["account"], draw.values["name"]
    return {
        "type": "IAMUser",
        "principalId": draw.fixed("AIDA{base32:17}", f"user:{name}"),
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": draw.fixed("AKIA{base32:16}", f"key:{name}"),
        "userName": name,
    }


def _console(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {"creationDate": draw.values["began"], "mfaAuthenticated": "true"}
    return {
        **_user(draw, actor),
        "accessKeyId": draw.text("ASIA{base32:16}"),
        "sessionContext": {"attributes": attributes},
    }


def _role(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
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


def _web(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    identity = _role(draw, actor)
    provider = f"arn:aws:iam::{draw.values['account']}:oidc-provider/token.actions.githubusercontent.com"
    federation = {"webIdFederationData": {"federatedProvider": provider, "attributes": {}}}
    return {**identity, "sessionContext": {**identity["sessionContext"], **federation}}


def _instance(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    identity = _role(draw, actor)
    return {**identity, "sessionContext": {**identity["sessionContext"], "ec2RoleDelivery": "2.0"}}


def _machine(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    """The instance's own identity, not its role's: a look-alike of the one that is looked for."""
    principal = f"{draw.values['account']}:aws:ec2-instance"
    identity = _instance(draw, actor)
    issuer = {**identity["sessionContext"]["sessionIssuer"], "principalId": principal}
    return {
        **identity,
        "principalId": f"{principal}:{draw.values['session']}",
        "sessionContext": {**identity["sessionContext"], "sessionIssuer": issuer},
    }


def _service_role(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
    return {**_role(draw, actor), "invokedBy": actor["invoked_by"]}


def _service(draw: _Draw, actor: Mapping[str, Any]) -> dict[str, Any]:
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


class _Dice:
    """Characters drawn from a seed, the same on every platform and version."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._drawn = 0

    def number(self, below: int) -> int:
        self._drawn += 1
        digest = hashlib.sha256(f"{self.seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def characters(self, alphabet: str, count: int) -> str:
        big = int.from_bytes(hashlib.shake_256(f"{self.seed}:{self.number(2**62)}".encode()).digest(count), "big")
        drawn = []
        for _ in range(count):
            big, place = divmod(big, len(alphabet))
            drawn.append(alphabet[place])
        return "".join(drawn)

    def draw(self, form: str) -> str:
        """Fill the holes that need no world: {hex:17}; others stay."""
        return _HOLE.sub(lambda m: self._hole(m) or m[0], form)

    def _hole(self, hole: re.Match[str]) -> str | None:
        if hole[1] in _ALPHABETS:
            return self.characters(_ALPHABETS[hole[1]], int(hole[2]))
        return str(1 + self.number(254)) if hole[1] == "octet" else None


_ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": "123456789",
    "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
}


@dataclass(frozen=True, slots=True)
class _Draw:
    """Fills in text. A word means the same throughout one record, and another one in the next."""

    dice: _Dice
    world: Mapping[str, list[str]]
    values: Mapping[str, str]
    words: dict[str, str] = field(default_factory=dict)

    def with_values(self, **values: str) -> _Draw:
        return _Draw(self.dice, self.world, {**self.values, **values})

    def fixed(self, form: str, what: str) -> str:
        """An id that belongs to something by its name."""
        return _Dice(f"{self.dice.seed}:{what}").draw(form)

    def text(self, form: str, place: int | None = None) -> str:
        """`place` chooses the word, so that copies differ."""
        return self.dice.draw(_HOLE.sub(lambda m: self._word(m, place), form))

    def tree(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value) if "{" in value else value
        if isinstance(value, Mapping):
            return {key: self.tree(inner) for key, inner in value.items()}
        return [self.tree(inner) for inner in value] if isinstance(value, list) else value

    def _word(self, hole: re.Match[str], place: int | None) -> str:
        name = hole[1]
        if name in self.values:
            return self.values[name]
        if name not in self.world:
            return hole[0]
        if name not in self.words:
            choices = self.world[name]
            chosen = choices[self.dice.number(len(choices)) if place is None else place % len(choices)]
            self.words[name] = _HOLE.sub(lambda m: self.values.get(m[1], m[0]), chosen)
        return self.words[name]

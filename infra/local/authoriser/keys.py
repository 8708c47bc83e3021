"""The condition keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, and the pages of the Service
Authorization Reference for the keys of single services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.ec2.models import ec2_backends

from infra.local.authoriser.conditions import UnknownElementError, Values
from infra.local.authoriser.policy import Ask
from infra.local.call import Call
from infra.local.identity import role_named, user_named

NOT_ATTRIBUTES = frozenset({"InstanceId", "NetworkInterfaceId", "SnapshotId", "ImageId", "DryRun"})


@dataclass(frozen=True, slots=True)
class Situation:
    """One ask of one call: what condition keys are read from."""

    call: Call
    ask: Ask
    resource_account: str

    def key(self, name: str) -> Values | None:
        """The values of a key, None when this request lacks it. Raises UnknownElementError for a key not known."""
        lower = name.lower()
        if reader := KEYS.get(lower):
            return _values(reader(self))
        prefix, _, rest = name.partition("/")
        if rest and (named_reader := NAMED_KEYS.get(prefix.lower())):
            return _values(named_reader(self).get(rest))
        raise UnknownElementError(f"condition key {name}")


def _values(value: Any) -> Values | None:
    if value is None or value == [] or value == ():
        return None
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else (str(value),)


def principal_arn(call: Call) -> str:
    """aws:PrincipalArn: a session's is that of its role, path and all."""
    caller = call.caller
    role = role_named(caller.account_id, caller.name) if caller.kind == "AssumedRole" else None
    return role.arn if role else caller.arn


def _parameter(name: str) -> Callable[[Situation], Any]:
    return lambda situation: situation.call.parameters.get(name)


def _absent(situation: Situation) -> None:
    """A key that AWS knows, and that no call to local AWS has."""


def _request_tags(situation: Situation) -> dict[str, str]:
    return dict(_tags_in(situation.call.parameters))


def _tags_in(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    specifications = parameters.get("TagSpecifications", [])
    for tags in (parameters.get("Tags", []), *(s.get("Tags", []) for s in specifications)):
        if isinstance(tags, Mapping):
            yield from tags.items()
        else:
            yield from ((t["Key"], t.get("Value", "")) for t in tags)


def _principal_tags(situation: Situation) -> Mapping[str, str]:
    caller = situation.call.caller
    named = role_named if caller.kind == "AssumedRole" else user_named
    principal = named(caller.account_id, caller.name)
    return {tag["Key"]: tag["Value"] for tag in (principal.tags or [])} if principal else {}


def _resource_tags(situation: Situation) -> Mapping[str, str]:
    parts = situation.ask.resource.split(":", 5)
    if len(parts) < 6 or parts[2] != "ec2":
        raise UnknownElementError(f"the tags of resource {situation.ask.resource or 'of ' + situation.ask.action}")
    account, region, resource = situation.resource_account, parts[3], parts[5].partition("/")[2]
    tags = ec2_backends[account][region].tags.get(resource, {})
    return {str(key): str(value) for key, value in tags.items()}


def _attributes(situation: Situation) -> Mapping[str, Any]:
    """The attributes that a call sets, by name; one that is asked for has no value."""
    parameters = situation.call.parameters
    if "Attribute" in parameters:
        return {parameters["Attribute"]: parameters.get("Value")}
    return {name: value for name, value in parameters.items() if name not in NOT_ATTRIBUTES}


def _action(call: Call) -> str:
    return f"{call.service}:{call.operation}"


def _session(situation: Situation, value: Any) -> Any:
    return value if situation.call.caller.kind == "AssumedRole" else None


KEYS: Mapping[str, Callable[[Situation], Any]] = {
    # The channel of local AWS counts as TLS: it never leaves the machine.
    "aws:securetransport": lambda s: True,
    "aws:currenttime": lambda s: s.call.time.isoformat(),
    "aws:epochtime": lambda s: int(s.call.time.timestamp()),
    "aws:sourceip": lambda s: s.call.source_ip,
    "aws:useragent": lambda s: s.call.user_agent,
    "aws:referer": lambda s: s.call.headers.get("referer"),
    "aws:requestedregion": lambda s: s.call.region,
    "aws:principalaccount": lambda s: s.call.caller.account_id,
    "aws:principalarn": lambda s: principal_arn(s.call),
    "aws:principaltype": lambda s: "AssumedRole" if s.call.caller.kind == "AssumedRole" else "User",
    "aws:principalisawsservice": lambda s: False,
    "aws:principalservicename": _absent,
    "aws:userid": lambda s: s.call.caller.principal_id,
    "aws:username": lambda s: s.call.caller.name if s.call.caller.kind == "IAMUser" else None,
    "aws:tokenissuetime": lambda s: _session(s, s.call.caller.issued_at and s.call.caller.issued_at.isoformat()),
    # Nobody has a second factor here: the key is "false" for sessions and absent for long-lived keys.
    "aws:multifactorauthpresent": lambda s: _session(s, False),
    "aws:multifactorauthage": _absent,
    "aws:viaawsservice": lambda s: s.call.invoked_by is not None,
    "aws:calledvia": lambda s: s.call.invoked_by and [s.call.invoked_by],
    "aws:sourceaccount": _absent,  # these two only when a service calls for somebody
    "aws:sourcearn": _absent,
    "aws:resourceaccount": lambda s: s.resource_account,
    "aws:tagkeys": lambda s: sorted(_request_tags(s)),
    "sts:externalid": _parameter("ExternalId"),
    "sts:rolesessionname": _parameter("RoleSessionName"),
    "sts:sourceidentity": _parameter("SourceIdentity"),
    "s3:prefix": _parameter("Prefix"),
    "s3:delimiter": _parameter("Delimiter"),
    "s3:max-keys": _parameter("MaxKeys"),
    "s3:versionid": _parameter("VersionId"),
    "s3:x-amz-acl": _parameter("ACL"),
    "s3:x-amz-server-side-encryption": _parameter("ServerSideEncryption"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _parameter("SSEKMSKeyId"),
    "s3:x-amz-storage-class": _parameter("StorageClass"),
    "s3:authtype": lambda s: "REST-HEADER" if "authorization" in s.call.headers else "REST-QUERY-STRING",
    "s3:signatureversion": lambda s: "AWS4-HMAC-SHA256",
    "s3:tlsversion": lambda s: "1.3",
    "s3:resourceaccount": lambda s: s.resource_account,
    "ec2:region": lambda s: s.call.region,
    "ec2:attribute": lambda s: list(_attributes(s)),
    "ec2:createaction": lambda s: s.call.operation if s.ask.action == "ec2:CreateTags" != _action(s.call) else None,
}
# Keys that go on with a slash and a name.
NAMED_KEYS: Mapping[str, Callable[[Situation], Mapping[str, Any]]] = {
    "aws:requesttag": _request_tags,
    "aws:principaltag": _principal_tags,
    "aws:resourcetag": _resource_tags,
    "ec2:resourcetag": _resource_tags,
    "ec2:attribute": _attributes,
}

"""Where a call came from and which AWS host it was meant for."""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

import botocore.session
from botocore.regions import EndpointResolver

from infra.local.call import Call
from infra.local.recorder.identity import instance_of

# Both are what current SDKs and services agree on.
TLS_VERSION: Final = "TLSv1.3"
CIPHER_SUITE: Final = "TLS_AES_128_GCM_SHA256"

_LEARNERS_NETWORK: Final = ipaddress.ip_network("203.0.113.0/24")  # RFC 5737: nobody's address


class Host(NamedTuple):
    """What the network knows of an instance."""

    region: str
    private_ip: str
    public_ip: str | None
    gateway_id: str | None  # the S3 gateway endpoint of its VPC, "vpce-..."


Facts = Callable[[str, str], Host | None]
"""Looks an instance up by account id and instance id; None where it is unknown by now."""


class Origin(NamedTuple):
    """`sourceIPAddress` and `vpcEndpointId` of one call."""

    source_ip: str
    vpc_endpoint_id: str | None


def origin_of(call: Call, facts: Facts, *, through_gateway: bool) -> Origin:
    """An instance reaches S3 in its own region through the gateway endpoint, everything else by its public address.

    The gateway endpoint keeps the private address. Whoever else calls from this machine is shown under an address
    of the documentation range that stays the same for the same identity. A service that calls in somebody's name is
    its own address.
    """
    if call.invoked_by is not None:
        return Origin(call.invoked_by, None)
    instance = instance_of(call.caller)
    host = facts(call.caller.account_id, instance) if instance else None
    if host is None:
        return Origin(_outside_address(call), None)
    if through_gateway and host.gateway_id and host.region == call.region:
        return Origin(host.private_ip, host.gateway_id)
    return Origin(host.public_ip or _outside_address(call), None)


def _outside_address(call: Call) -> str:
    if call.source_ip not in ("", "::1") and not call.source_ip.startswith("127."):
        return call.source_ip
    identity = f"{call.caller.account_id}/{call.caller.name}".encode()
    return str(_LEARNERS_NETWORK[1 + zlib.crc32(identity) % (_LEARNERS_NETWORK.num_addresses - 2)])


def tls_details(host: str) -> dict[str, Any]:
    """`tlsDetails` of a call to an AWS host."""
    return {"tlsVersion": TLS_VERSION, "cipherSuite": CIPHER_SUITE, "clientProvidedHostHeader": host}


@cache
def aws_host(service: str, region: str) -> str:
    """The host that an SDK calls: `ec2.us-east-1.amazonaws.com`, `iam.amazonaws.com`."""
    endpoint = _resolver().construct_endpoint(service, region)
    return str(endpoint["hostname"]) if endpoint else f"{service}.{region}.amazonaws.com"


@cache
def _resolver() -> EndpointResolver:
    return EndpointResolver(botocore.session.get_session().get_data("endpoints"))


@cache
def aws_region(service: str, region: str) -> str:
    """`awsRegion`: the call's own, but us-east-1 for a service with one endpoint in the world."""
    endpoint = _resolver().construct_endpoint(service, region) or {}
    return str(endpoint.get("credentialScope", {}).get("region", region))

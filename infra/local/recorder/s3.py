"""S3's own spelling: wire names, sub-resource markers, headers, bytes.

`GET /?policy` to a bucket reads `{"bucketName": ..., "Host": ..., "policy": ""}`; objects add `key`; query
parameters and `x-amz-` headers show under their wire names; a document shows as a lenient reader takes its XML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from infra.local.call import Answer, Call
from infra.local.recorder.ec2 import loosely
from infra.local.recorder.origin import CIPHER_SUITE
from infra.local.recorder.spelling import OMIT, Lister, Speller, Style, iso_date, location_name, speller

_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_PLAIN_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_SHOWN_HEADERS: Final = re.compile(r"x-amz-(?:server-side-encryption|version-id|delete-marker|expiration|copy-source-)")
# The checksums that SDKs add by themselves since 2025 are left out: no record is known that shows them.
_SHOWN_REQUEST_HEADERS: Final = re.compile(r"x-amz-(?!checksum-|sdk-)", re.IGNORECASE)
_URI_NAMES: Final = {"Bucket": "bucketName", "Key": "key"}


def virtual_host(endpoint: str, parameters: Mapping[str, Any], *, path_style: bool) -> str:
    """The host that botocore calls: the bucket in front of the endpoint wherever TLS certificates allow it."""
    bucket = parameters.get("Bucket")
    if path_style or not isinstance(bucket, str) or not _PLAIN_BUCKET.fullmatch(bucket):
        return endpoint
    return f"{bucket}.{endpoint}"


def request_speller(model: OperationModel) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    """Spells the parameters of a call to S3; the second argument is the host."""
    markers = dict(parse_qsl(model.http["requestUri"].partition("?")[2], keep_blank_values=True))
    spellers = {} if model.input_shape is None else _members(model.input_shape)

    def spell(parameters: Mapping[str, Any], host: str) -> dict[str, Any]:
        shown: dict[str, Any] = {**markers, "Host": host}
        for member, value in parameters.items():
            if member in spellers and value is not None:
                name, spell_member = spellers[member]
                if (spelled := spell_member(value)) is not OMIT:
                    shown[name] = spelled
        return shown

    return spell


def response_elements(answer: Answer) -> dict[str, Any] | None:
    """The headers of an answer that CloudTrail keeps; None where there are none."""
    return {name: value for name, value in answer.headers.items() if _SHOWN_HEADERS.match(name)} or None


def additional_data(call: Call, answer: Answer, elements: Mapping[str, Any] | None) -> dict[str, Any]:
    """`additionalEventData` of any call to S3; `elements` are the record's response elements."""
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": CIPHER_SUITE,
        "bytesTransferredIn": call.bytes_in,
        **_encryption(call, elements or {}),
        "AuthenticationMethod": "AuthHeader" if "authorization" in call.headers else "QueryString",
        "x-amz-id-2": answer.headers.get("x-amz-id-2") or _extended_request_id(call.request_id),
        "bytesTransferredOut": len(answer.body),
    }


def resources(call: Call, *, data_event: bool) -> list[dict[str, str]]:
    """`resources`: the object (or all objects of the bucket, where a data event names none), then the bucket."""
    bucket = call.parameters.get("Bucket")
    if not bucket:
        return []
    arn = f"arn:aws:s3:::{bucket}"
    owner = {"accountId": call.caller.account_id, "type": "AWS::S3::Bucket", "ARN": arn}
    key = call.parameters.get("Key")
    if key:
        return [{"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"}, owner]
    return [{"type": "AWS::S3::Object", "ARNPrefix": f"{arn}/"}, owner] if data_event else [owner]


def _encryption(call: Call, elements: Mapping[str, Any]) -> dict[str, str]:
    applied = elements.get("x-amz-server-side-encryption")
    if applied is None:
        return {}
    name = "SSE_KMS" if applied.startswith("aws:kms") else "SSE_S3"
    return {"SSEApplied": name if "ServerSideEncryption" in call.parameters else f"Default_{name}"}


def _extended_request_id(request_id: str) -> str:
    return base64.b64encode(hashlib.sha384(request_id.encode()).digest() + b"s3-lab-00").decode()


def _members(shape: StructureShape) -> dict[str, tuple[str, Speller]]:
    return {name: found for name, member in shape.members.items() if (found := _member(shape, name, member))}


def _member(structure: StructureShape, name: str, shape: Shape) -> tuple[str, Speller] | None:
    location = shape.serialization.get("location")
    wire = location_name(shape, name)
    if location == "uri":
        return _URI_NAMES.get(name, wire), _text
    if location == "querystring" or (location == "header" and _SHOWN_REQUEST_HEADERS.match(wire)):
        return wire, _text
    if structure.serialization.get("payload") == name and shape.type_name != "blob":
        return _payload(name, wire, shape)
    return None


def _payload(name: str, wire: str, shape: Shape) -> tuple[str, Speller]:
    if name == "Policy":
        return "bucketPolicy", json.loads
    return wire, partial(_document, speller(shape, _XML))


def _document(spell: Speller, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"xmlns": _NAMESPACE, **spell(value)}


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _xml_lists(_structure: StructureShape, _member: str, shape: ListShape) -> Lister:
    item_name = location_name(shape.member, "member")

    def lister(shape: ListShape, item: Speller) -> Speller:
        def spell(values: Any) -> Any:
            items = [item(value) for value in values]
            shown = items[0] if len(items) == 1 else items
            return shown if shape.serialization.get("flattened") else {item_name: shown}

        return spell

    return lister


_XML: Final = Style(
    name=lambda _structure, member, shape: location_name(shape, member),
    lists=_xml_lists,
    scalar=loosely,
    date=iso_date,
)

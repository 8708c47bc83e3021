"""EC2's own spelling of requests and responses.

Operations from before 2015 keep the names of EC2's SOAP interface: lists are sets of items
(`{"instancesSet": {"items": [{"instanceId": "i-..."}]}}`, empty: `{}`). Younger operations show their query
parameters under `<Operation>Request`, list elements numbered by `tag`, and the response's XML under
`<Operation>Response`. Which is which, and the sets' names, are data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from infra.local.recorder.deviations import deviations
from infra.local.recorder.spelling import (
    Lister,
    Speller,
    Style,
    epoch_millis,
    iso_date,
    location_name,
    lower_first,
    plain_list,
    speller,
)

_HIDDEN: Final = "<sensitiveDataRemoved>"
_NAMESPACE: Final = "http://ec2.amazonaws.com/doc/2016-11-15/"


def request_speller(model: OperationModel) -> Speller:
    """Spells the parameters of a call to EC2 (as boto3 takes them)."""
    table = deviations().ec2
    if model.input_shape is None:
        return lambda parameters: dict(parameters)
    if model.name not in table.legacy:
        return _modern_request(model.name, model.input_shape)
    return speller(model.input_shape, _LEGACY_REQUEST)


def response_speller(model: OperationModel) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    """Spells an old operation's parsed response; the second argument is the request id."""
    if model.output_shape is None:
        return lambda _parsed, request_id: {"requestId": request_id, "_return": True}
    spell = speller(model.output_shape, _LEGACY_RESPONSE)
    return lambda parsed, request_id: {"requestId": request_id, **spell(parsed)}


def modern_response(body: bytes, request_id: str) -> dict[str, Any]:
    """A young operation's response: its XML as it is, but for the request id that the client got."""
    root = ElementTree.fromstring(body)  # noqa: S314 - our own server's answer
    name = root.tag.rpartition("}")[2]
    shown = _from_xml(root)
    elements = shown if isinstance(shown, dict) else {}
    return {name: {"xmlns": _NAMESPACE, **elements, "requestId": request_id}}


def loosely(value: Any) -> Any:
    """Text as a lenient XML reader takes it: `"true"` is true, `"600"` is 600."""
    if isinstance(value, datetime):
        return iso_date(value)
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    is_number = value.isascii() and value.lstrip("-").isdigit() and str(int(value)) == value
    return int(value) if is_number else value


def _from_xml(element: ElementTree.Element) -> Any:
    if not len(element):
        return loosely(element.text or "")
    shown: dict[str, Any] = {}
    for child in element:
        name, value = child.tag.rpartition("}")[2], _from_xml(child)
        if name not in shown:
            shown[name] = value
        elif isinstance(shown[name], list):
            shown[name].append(value)
        else:
            shown[name] = [shown[name], value]
    return shown


def _always_there(structure: StructureShape) -> tuple[str, ...]:
    """The sets that an old read shows even where the caller gave none; so do rules of security groups."""
    table = deviations().ec2
    if not structure.name.startswith("Describe") and structure.name not in table.whole:
        return ()
    lists = [(name, member) for name, member in structure.members.items() if isinstance(member, ListShape)]
    shown = [(name, member) for name, member in lists if f"{structure.name}.{name}" not in table.optional]
    return tuple(_set_of(table.requests, structure, name, member)[0] for name, member in shown)


def _set_of(table: Mapping[str, str], structure: StructureShape, member: str, shape: Shape) -> list[str]:
    """`["instancesSet", "items", "instanceId"]`: the set's name, its wrapper and, for lists of scalars, the key."""
    known = table.get(f"{structure.name}.{member}") or table.get(member)
    if known:
        return known.split(".")
    wire = location_name(shape, member)
    numbered = "name" in shape.serialization and wire[0].isupper()  # a query list: Filter.1, InstanceId.1
    return [lower_first(wire) + ("Set" if numbered else ""), "items", lower_first(wire)]


def _legacy_name(table: Mapping[str, str], structure: StructureShape, member: str, shape: Shape) -> str:
    if isinstance(shape, ListShape):
        return _set_of(table, structure, member, shape)[0]
    name = lower_first(location_name(shape, member))
    return "_return" if name == "return" else name


def _legacy_lists(table: Mapping[str, str], structure: StructureShape, member: str, shape: ListShape) -> Lister:
    _name, *inner = _set_of(table, structure, member, shape)
    if not inner:
        return plain_list
    wrapper, *keys = inner
    key = keys[0] if keys and not isinstance(shape.member, StructureShape) else None

    def lister(_shape: ListShape, item: Speller) -> Speller:
        wrap: Speller = item if key is None else lambda value: {key: item(value)}
        return lambda values: {wrapper: [wrap(value) for value in values]} if values else {}

    return lister


def _legacy_style(table: Mapping[str, str], always: Callable[[StructureShape], tuple[str, ...]]) -> Style:
    return Style(
        always=always,
        name=lambda structure, member, shape: _legacy_name(table, structure, member, shape),
        lists=lambda structure, member, shape: _legacy_lists(table, structure, member, shape),
        date=epoch_millis,
        hidden=_HIDDEN,
    )


def _query_name(_structure: StructureShape, member: str, shape: Shape) -> str:
    if "queryName" in shape.serialization:
        return str(shape.serialization["queryName"])
    name = location_name(shape, member)
    return name[0].upper() + name[1:]


def _tagged_list(shape: ListShape, item: Speller) -> Speller:
    def tag(position: int, value: Any) -> dict[str, Any]:
        spelled = item(value)
        return {**(spelled if isinstance(shape.member, StructureShape) else {"content": spelled}), "tag": position}

    def spell(values: Any) -> Any:
        tagged = [tag(position, value) for position, value in enumerate(values, start=1)]
        return tagged[0] if len(tagged) == 1 else tagged

    return spell


def _modern_request(name: str, shape: StructureShape) -> Speller:
    spell = speller(shape, _MODERN_REQUEST)
    return lambda parameters: {f"{name}Request": spell(parameters) or ""}


_LEGACY_REQUEST: Final = _legacy_style(deviations().ec2.requests, _always_there)
_LEGACY_RESPONSE: Final = _legacy_style(deviations().ec2.responses, lambda _structure: ())
_MODERN_REQUEST: Final = Style(
    name=_query_name,
    lists=lambda _structure, _member, _shape: _tagged_list,
    scalar=loosely,
    date=iso_date,
    hidden=_HIDDEN,
)

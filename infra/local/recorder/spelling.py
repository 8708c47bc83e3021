"""Turns parsed parameters into CloudTrail's spelling, by walking botocore's shapes.

A `Style` says how names, lists, times and secrets are written; `speller` compiles a shape once into a function
from a parsed value (as boto3 takes or gives it) to what the record shows. A blob never shows: bodies stay out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import parse_timestamp

Speller = Callable[[Any], Any]
Lister = Callable[[ListShape, Speller], Speller]

OMIT: Final = object()  # a value that the record does not show at all


def lower_first(name: str) -> str:
    """CloudTrail's usual spelling of a parameter: `DBInstanceIdentifier` is `dBInstanceIdentifier`."""
    return name[:1].lower() + name[1:]


def location_name(shape: Shape, member: str) -> str:
    """The name that a member has on the wire."""
    return str(shape.serialization.get("name", member))


def java_date(moment: datetime) -> str:
    """`Jul 10, 2023, 12:03:24 PM`: how CloudTrail prints a time for services on Java 9 and later."""
    return f"{moment:%b} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M:%S} {moment:%p}"


def old_java_date(moment: datetime) -> str:
    """`Jul 10, 2023 12:03:24 PM`: the same on Java 8, without the second comma."""
    return f"{moment:%b} {moment.day}, {moment.year} {moment.hour % 12 or 12}:{moment:%M:%S} {moment:%p}"


def epoch_millis(moment: datetime) -> int:
    """`1688990604000`: EC2's times."""
    return round(moment.timestamp() * 1000)


def iso_date(moment: datetime) -> str:
    """`2023-07-10T12:03:24.000Z`: times inside XML."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


DATES: Final[Mapping[str, Callable[[datetime], Any]]] = {
    "java": java_date,
    "old-java": old_java_date,
    "millis": epoch_millis,
    "seconds": datetime.timestamp,
    "iso": iso_date,
}


def plain_list(_shape: ListShape, item: Speller) -> Speller:
    """A list stays a list."""
    return lambda values: [item(value) for value in values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one service writes its parameters.

    `name(structure, member, shape)` spells a member's key. `lists(structure, member, shape)` says how a list member
    is written. `always(structure)` names what shows as `{}` where it is absent. `scalar` gets every other leaf.
    `hidden` stands in for a secret (botocore's trait `sensitive`).
    """

    name: Callable[[StructureShape, str, Shape], str] = lambda _structure, member, _shape: lower_first(member)
    lists: Callable[[StructureShape, str, ListShape], Lister] = lambda _structure, _member, _shape: plain_list
    always: Callable[[StructureShape], tuple[str, ...]] = lambda _structure: ()
    scalar: Callable[[Any], Any] = lambda value: value
    date: Callable[[datetime], Any] = java_date
    hidden: Any = OMIT
    _compiled: dict[str, Speller] = field(default_factory=dict)


def speller(shape: Shape, style: Style) -> Speller:
    """Compile a shape. The same shape (by name) is compiled once per style, which also ends recursion."""
    if shape.metadata.get("sensitive") and shape.type_name != "blob":
        return lambda _value: style.hidden
    if shape.name not in style._compiled:
        style._compiled[shape.name] = _SPELLERS.get(shape.type_name, _scalar)(shape, style)
    return style._compiled[shape.name]


def _structure(shape: StructureShape, style: Style) -> Speller:
    fields: dict[str, tuple[str, Speller]] = {}
    always = style.always(shape)

    def field_of(member: str) -> tuple[str, Speller] | None:
        child = shape.members.get(member)
        if child is None or child.serialization.get("location") == "statusCode":
            return None
        fields[member] = found = (style.name(shape, member, child), _member(shape, member, child, style))
        return found

    def spell(value: Mapping[str, Any]) -> dict[str, Any]:
        spelled: dict[str, Any] = {name: {} for name in always}
        for member, given in value.items():
            known = fields.get(member) or field_of(member)
            if known is not None and given is not None and (shown := known[1](given)) is not OMIT:
                spelled[known[0]] = shown
        return spelled

    return spell


def _member(structure: StructureShape, member: str, shape: Shape, style: Style) -> Speller:
    if isinstance(shape, ListShape) and not shape.metadata.get("sensitive"):
        return style.lists(structure, member, shape)(shape, speller(shape.member, style))
    return speller(shape, style)


def _list(shape: ListShape, style: Style) -> Speller:
    return plain_list(shape, speller(shape.member, style))


def _map(shape: MapShape, style: Style) -> Speller:
    def spell(value: Mapping[str, Any]) -> dict[str, Any]:
        item = speller(shape.value, style)
        return {key: shown for key, given in value.items() if (shown := item(given)) is not OMIT}

    return spell


def _timestamp(_shape: Shape, style: Style) -> Speller:
    def spell(value: Any) -> Any:
        moment = value if isinstance(value, datetime) else parse_timestamp(value)
        return style.date(moment.astimezone(UTC))

    return spell


def _scalar(_shape: Shape, style: Style) -> Speller:
    return style.scalar


def _blob(_shape: Shape, _style: Style) -> Speller:
    return lambda _value: OMIT


_SPELLERS: Final[Mapping[str, Callable[..., Speller]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "timestamp": _timestamp,
    "blob": _blob,
}

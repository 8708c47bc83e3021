"""The calls that CloudFormation makes to create a resource, for CloudTrail to tell.

AWS: CloudFormation calls each service in the name of whoever created the stack, with a session of its own on their
behalf: the record has their identity with `invokedBy`, the service for address and agent, and no connection.
Here moto makes the resource without any call. `stack_calls.json` says by type of resource what AWS would have called;
its texts stand for values:

    {Name}, {A.0.B}  a property, or what is within it
    {$Name}          the same as a JSON document; {%Name} as IAM answers one, percent-encoded
    {@}, {@name}     what was made (see VIEWS), and an attribute of it
    {#vpc}           the tags of what was made, as a tag specification for this type
    {.}, {.Name}     the item, or what is within it, of a call or an element of a list "for" each item of a property
    {:region}        the region

What is not there leaves out the parameter, or the whole structure whose first member it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from botocore.model import Shape
from moto.core.serialize import SerializationContext, XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from moto.ec2.models import ec2_backends
from moto.ec2.responses import EC2Response
from moto.iam.utils import generate_access_key_id_from_account_id

from infra.local import chance, clock
from infra.local.aws.settings import settings
from infra.local.call import Answer, Call, Caller, answered

CLOUDFORMATION: Final = "cloudformation.amazonaws.com"
STEP: Final = timedelta(seconds=1)  # from one call to the next, in a stack of the lab's past
_VALUE: Final = re.compile(r"\{([$%@#.:]*)([\w.-]*)\}")
_DOCUMENTS: Final[Mapping[str, Callable[[str], str]]] = {"$": str, "%": lambda text: quote(text, safe="")}
_MISSING: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource that a stack has made, and the properties that it was made from."""

    type: str
    properties: Mapping[str, Any]
    resource: Any
    account_id: str
    region: str


def tell(made: Made) -> None:
    """Have the calls recorded that AWS would have made, as part of the call that is being answered.

    Nothing is told of a type that the table does not have, or where nobody records or calls.
    """
    take, call = settings().take, answered()
    if take is None or call is None:
        return
    for service, operation, parameters, result in calls_of(made):
        told = replace(
            call,
            service=service,
            operation=operation,
            parameters=parameters,
            caller=_on_behalf_of(call.caller, call.request_id, call.time),
            time=clock.now(),
            request_id=chance.uuid4(),
            bytes_in=0,
            invoked_by=CLOUDFORMATION,
        )
        take(told, _answer(told, result))
        clock.move_on(STEP)


def calls_of(made: Made) -> Iterator[tuple[str, str, dict[str, Any], Any]]:
    """Service, operation, parameters as boto3 takes them, and the result, of every call in its order."""
    reader = _Reader(made, VIEWS.get(made.type, _itself)(made))
    for spec in _table().get(made.type, ()):
        if "if" in spec and reader.within(made.properties, spec["if"]) is _MISSING:
            continue
        service, _, operation = spec["call"].partition(":")
        shape = get_service_model(service).operation_model(operation).input_shape
        for item in reader.items(spec):
            given = {name: reader.value(form, item) for name, form in spec["parameters"].items()}
            parameters = {name: value for name, value in given.items() if value is not _MISSING}
            yield service, operation, _typed(parameters, shape), reader.value(spec["answer"], item)


def _itself(made: Made) -> Any:
    return made.resource


def _store(made: Made) -> Any:
    lake = settings().lake
    assert lake is not None, "a template's store is one of the lake's"
    return lake.store(made.account_id, made.region, made.resource.arn)


def _reservation(made: Made) -> Any:
    reservations = ec2_backends[made.account_id][made.region].reservations.values()
    return next(reservation for reservation in reservations if made.resource in reservation.instances)


def _configuration(made: Made) -> Any:
    return made.resource.get_configuration()


VIEWS: Final[Mapping[str, Callable[[Made], Any]]] = {
    "AWS::CloudTrail::EventDataStore": _store,
    "AWS::EC2::Instance": _reservation,
    "AWS::Lambda::Function": _configuration,
}
"""What `@` is where it is not the resource as moto has it."""


@dataclass(frozen=True, slots=True)
class _Reader:
    made: Made
    view: Any

    def items(self, spec: Mapping[str, Any]) -> Iterator[Any]:
        """Each item of the property that a call or an element is for; one nothing where it is for none."""
        if "for" not in spec:
            yield None
        elif (found := self.within(self.made.properties, spec["for"])) is not _MISSING:
            yield from found

    def value(self, form: Any, item: Any) -> Any:
        """What a form of the table stands for."""
        if isinstance(form, dict):
            return self._structure(form, item)
        if isinstance(form, list):
            every = [
                self.value(element, item if mine is None else mine)
                for element in form
                for mine in (self.items(element) if isinstance(element, dict) else (None,))
            ]
            return [value for value in every if value is not _MISSING] or _MISSING
        if isinstance(form, str) and (reference := _VALUE.fullmatch(form)):
            return self._referred(reference[1], reference[2], item)
        return form

    def within(self, value: Any, path: str) -> Any:
        """What is in a value at a dotted path of keys, attributes and places in lists."""
        for name in filter(None, path.split(".")):
            if isinstance(value, list):
                value = value[int(name)] if int(name) < len(value) else _MISSING
            elif isinstance(value, Mapping):
                value = value.get(name, _MISSING)
            else:
                value = getattr(value, name)
            if value is _MISSING:
                break
        return value

    def _structure(self, form: Mapping[str, Any], item: Any) -> Any:
        values = {name: self.value(inner, item) for name, inner in form.items() if name != "for"}
        if next(iter(values.values()), None) is _MISSING:
            return _MISSING
        return {name: value for name, value in values.items() if value is not _MISSING}

    def _referred(self, mark: str, path: str, item: Any) -> Any:
        if mark == "@":
            return self.within(self.view, path)
        if mark == "#":
            tags = [{"Key": tag["key"], "Value": tag["value"]} for tag in self.made.resource.get_tags()]
            return [{"ResourceType": path, "Tags": tags}]
        if mark == ":":
            return self.made.region
        found = self.within(item if mark.endswith(".") else self.made.properties, path)
        if found is _MISSING or mark[:1] not in _DOCUMENTS:
            return found
        return _DOCUMENTS[mark[:1]](json.dumps(found, separators=(",", ":")))


def _typed(value: Any, shape: Shape | None) -> Any:
    """A value with numbers and flags for the texts that templates have in their place."""
    kinds: Any = shape
    if isinstance(value, Mapping) and kinds.type_name == "structure":
        return {name: _typed(inner, kinds.members[name]) for name, inner in value.items() if name in kinds.members}
    if isinstance(value, list) and kinds.type_name == "list":
        return [_typed(inner, kinds.member) for inner in value]
    if isinstance(value, str) and kinds.type_name in ("integer", "long"):
        return int(value)
    return value == "true" if isinstance(value, str) and kinds.type_name == "boolean" else value


def _answer(call: Call, result: Any) -> Answer:
    model = get_service_model(call.service).operation_model(call.operation)
    serializer = get_serializer_class(call.service, str(model.service_model.metadata["protocol"]))(
        model,
        context=SerializationContext(call.request_id),
        value_picker=XFormedAttributePicker(response_transformers=EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER),
    )
    response = serializer.serialize(result)
    body = response["body"] or b""
    headers = {name.lower(): str(value) for name, value in response["headers"].items()}
    return Answer(status=200, headers=headers, body=body.encode() if isinstance(body, str) else body)


@lru_cache(maxsize=8)
def _on_behalf_of(caller: Caller, request_id: str, since: Any) -> Caller:
    """The caller in the session that CloudFormation uses for one stack operation: a key of its own for each."""
    key = generate_access_key_id_from_account_id(caller.account_id, "ASIA", total_length=20)
    return replace(caller, access_key_id=key, issued_at=caller.issued_at or since)


@cache
def _table() -> Mapping[str, list[Mapping[str, Any]]]:
    table: Mapping[str, list[Mapping[str, Any]]] = json.loads(
        files("infra.local.aws").joinpath("stack_calls.json").read_text("utf-8")
    )
    return table

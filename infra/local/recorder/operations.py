"""One operation as CloudTrail records it, compiled once from botocore's model and the table of deviations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import botocore.session
from botocore.model import OperationModel, ServiceModel, StructureShape

from infra.local.call import Answer, Call
from infra.local.recorder import ec2, edits, s3
from infra.local.recorder.answers import response_of
from infra.local.recorder.deviations import Operation, Service, deviations
from infra.local.recorder.origin import aws_host
from infra.local.recorder.spelling import DATES, OMIT, Speller, Style, location_name, lower_first, speller

_FIELD: Final = re.compile(r"\{(\w+)\.?(\w*)\}")
_SERVICE: Final = Service()
_OPERATION: Final = Operation()

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How one operation is recorded."""

    model: OperationModel
    service: Service
    source: str  # "ec2.amazonaws.com"
    name: str  # eventName
    read_only: bool
    data: bool  # a data event
    unrecorded: bool
    resources: tuple[Mapping[str, str], ...] | None
    host: Callable[[Call], str]
    request: Callable[[Call], Parameters | None]
    response: Callable[[Call, Answer], Parameters | None]


@cache
def recorded(service: str, operation: str) -> Recorded:
    """Compile an operation. Raises botocore's UnknownServiceError or OperationNotFoundError for what is not there."""
    model = _service_model(service).operation_model(operation)
    table = deviations()
    habits = _habits(service)
    own = table.operations.get(f"{service}:{operation}", _OPERATION)
    reads = own.read_only if own.read_only is not None else operation.startswith(table.read_only)
    data = operation in habits.data
    host = _host(model, habits, own)
    return Recorded(
        model=model,
        service=habits,
        source=f"{habits.source or model.service_model.endpoint_prefix}.amazonaws.com",
        name=own.name or operation,
        read_only=reads,
        data=data,
        unrecorded=operation in habits.unrecorded,
        resources=own.resources,
        host=host,
        request=_request(model, own, host),
        response=_response(model, own, reads=reads),
    )


def resources_of(operation: Recorded, call: Call, answer: Answer) -> list[dict[str, str]]:
    """`resources` of a record, from the table's templates: `{Name}` is a parameter, `{response.Name}` of the answer.

    A template whose parameter is a list gives one resource for each element; one whose parameter is absent, none.
    """
    if call.service == "s3" and operation.resources is None:
        return s3.resources(call, data_event=operation.data)
    return [found for template in operation.resources or () for found in _filled(template, operation, call, answer)]


def _filled(template: Mapping[str, str], operation: Recorded, call: Call, answer: Answer) -> list[dict[str, str]]:
    field = _FIELD.search(re.sub(r"\{(?:region|account)\}", "", template["ARN"]))
    values: Any = None
    if field and field[1] == "response":
        values = response_of(operation.model, answer).get(field[2]) if answer.status < 300 else None
    elif field:
        values = call.parameters.get(field[1])
    if field is None or values is None:
        return []
    return [_resource(template, field[0], value, call) for value in (values if isinstance(values, list) else [values])]


def _resource(template: Mapping[str, str], field: str, value: str, call: Call) -> dict[str, str]:
    account = call.caller.account_id
    arn = value if value.startswith("arn:") else template["ARN"].replace(field, value.lstrip("/"))
    filled = arn.replace("{region}", call.region).replace("{account}", account)
    return {"accountId": account, **({"type": template["type"]} if "type" in template else {}), "ARN": filled}


def _habits(service: str) -> Service:
    return deviations().services.get(service, _SERVICE)


@cache
def _service_model(service: str) -> ServiceModel:
    model: ServiceModel = botocore.session.get_session().get_service_model(service)
    return model


def _host(model: OperationModel, habits: Service, own: Operation) -> Callable[[Call], str]:
    prefix = model.service_model.endpoint_prefix
    if model.service_model.service_name == "s3":
        return lambda call: s3.virtual_host(aws_host(prefix, call.region), call.parameters, path_style=own.path_style)
    if habits.host is not None:
        pattern = habits.host
        return lambda call: pattern.format(account=call.caller.account_id, region=call.region)
    return lambda call: aws_host(prefix, call.region)


def _request(model: OperationModel, own: Operation, host: Callable[[Call], str]) -> Callable[[Call], Parameters | None]:
    if model.service_model.service_name in ("s3", "s3control"):
        spell_s3 = s3.request_speller(model)
        return lambda call: edits.apply(own.request, spell_s3(call.parameters, host(call)))
    spell = _request_speller(model)
    return lambda call: edits.apply(own.request, spell(call.parameters)) or None


def _request_speller(model: OperationModel) -> Speller:
    if model.service_model.service_name == "ec2":
        return ec2.request_speller(model)
    if model.input_shape is None:
        return dict
    return speller(model.input_shape, _style(model.service_model.service_name))


def _response(model: OperationModel, own: Operation, *, reads: bool) -> Callable[[Call, Answer], Parameters | None]:
    edit = own.response or edits.NO_EDIT
    if reads and own.response is None:
        return lambda _call, _answer: None
    service = model.service_model.service_name
    if service == "s3":
        return lambda _call, answer: edits.apply(edit, s3.response_elements(answer) or {}) or None
    if service == "ec2" and model.name not in deviations().ec2.legacy:
        return lambda call, answer: ec2.modern_response(answer.body, call.request_id)
    if service == "ec2":
        spell_ec2 = ec2.response_speller(model)
        return lambda call, answer: edits.apply(edit, spell_ec2(response_of(model, answer), call.request_id))
    if model.output_shape is None:
        return lambda _call, _answer: edits.apply(edit, {}) or None
    spell = _unwrapping(model.output_shape, service)
    return lambda _call, answer: edits.apply(edit, spell(response_of(model, answer))) or None


def _unwrapping(shape: StructureShape, service: str) -> Speller:
    members = list(shape.members.items())
    if not _habits(service).unwraps or len(members) != 1:
        return speller(shape, _style(service))
    (name, inner), *_ = members
    spell = speller(inner, _style(service))
    return lambda parsed: spell(parsed.get(name, {}))


@cache
def _style(service: str) -> Style:
    habits = _habits(service)
    lower = habits.spelling == "lower"
    return Style(
        name=lambda _structure, member, shape: lower_first(member) if lower else location_name(shape, member),
        date=DATES[habits.dates],
        hidden=OMIT if habits.hidden is None else habits.hidden,
    )

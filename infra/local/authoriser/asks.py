"""Which permissions a call needs: actions and resources, by the table in asks.json.

An operation that the table lacks needs the action of its own name. Its resource is then "*" for what lists and
describes, since most of these have none, and unknown for the rest.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from infra.local.authoriser.policy import SOME, Ask
from infra.local.authoriser.queries import StartedQueries, stores_in
from infra.local.call import Call

PLACEHOLDER = re.compile(r"\{([\w.]+)(?:\|([\w ]+))?\}")
WITHOUT_RESOURCE = ("Describe", "List")
EC2_TYPES = {
    "i": "instance",
    "vol": "volume",
    "snap": "snapshot",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "eni": "network-interface",
    "ami": "image",
    "vpc": "vpc",
    "subnet": "subnet",
    "igw": "internet-gateway",
    "rtb": "route-table",
    "vpce": "vpc-endpoint",
}
NO_OWNER = ("snapshot", "image")  # their ARNs have no account


def asks_of(call: Call, queries: StartedQueries) -> tuple[Ask, ...]:
    """The permissions that a call needs, all of them; none for calls that everybody may make."""
    if call.service == "cloudtrail" and ("QueryStatement" in call.parameters or "QueryId" in call.parameters):
        return _query_asks(call, queries)
    if call.service == "athena" and "QueryExecutionId" in call.parameters:
        groups = queries.stores_of(call.caller.account_id, call.parameters["QueryExecutionId"])
        return _on(call, "athena", [f"workgroup/{name}" for name in groups])
    rows = _table()["operations"].get(call.service, {}).get(call.operation)
    if rows is None:
        return (Ask(action=_action(call, call.operation), resource=_default_resource(call)),)
    return tuple(
        Ask(action=_action(call, row.get("action", call.operation)), resource=resource)
        for row in rows
        if _applies(row, call.parameters)
        for resource in _resources(row["resource"], call)
    )


def _query_asks(call: Call, queries: StartedQueries) -> tuple[Ask, ...]:
    """On every store that the query reads. One that reads none, or does not exist, is for CloudTrail to refuse."""
    account = call.caller.account_id
    if "QueryStatement" in call.parameters:
        stores = stores_in(call.parameters["QueryStatement"])
    else:
        stores = queries.stores_of(account, call.parameters["QueryId"])
    return _on(call, "cloudtrail", [f"eventdatastore/{store}" for store in stores])


def _on(call: Call, service: str, resources: list[str]) -> tuple[Ask, ...]:
    """The permission of the call's own name on each of these; on any, where there is none."""
    place = f"arn:aws:{service}:{call.region}:{call.caller.account_id}"
    action = _action(call, call.operation)
    return tuple(Ask(action=action, resource=f"{place}:{name}") for name in resources) or (
        Ask(action=action, resource=SOME),
    )


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(Path(__file__).with_name("asks.json").read_text())
    return table


def _action(call: Call, name: str) -> str:
    return f"{_table()['prefixes'].get(call.service, call.service)}:{name}"


def _default_resource(call: Call) -> str:
    if call.service == "s3":
        return "arn:aws:s3:::" + "/".join(str(call.parameters[p]) for p in ("Bucket", "Key") if p in call.parameters)
    return "*" if call.operation.startswith(WITHOUT_RESOURCE) else ""


def _applies(row: Mapping[str, str], parameters: Mapping[str, Any]) -> bool:
    return row.get("when", "") in ("", *parameters) and row.get("unless") not in parameters


def _resources(template: str, call: Call) -> Iterator[str]:
    """The template filled in, once for every combination of the values of its placeholders."""
    template = _table()["resources"].get(template, template)
    names = PLACEHOLDER.findall(template)
    for values in itertools.product(*(_values(path, how, call) for path, how in names)):
        parts = iter(values)
        yield PLACEHOLDER.sub(lambda match: next(parts), template)  # noqa: B023 - used up before the loop goes on


def _values(path: str, how: str, call: Call) -> list[str]:
    if path in ("region", "account"):
        return [call.region if path == "region" else call.caller.account_id]
    found = [str(value) for value in _at(call.parameters, path.split("."))]
    return [FILTERS[how](value, call) for value in found] if found and how in FILTERS else found or ["*"]


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _last_part(value: str, call: Call) -> str:
    return value.rpartition("/")[2]


def _copy_source(value: str, call: Call) -> str:
    return f"arn:aws:s3:::{value.removeprefix('/').partition('?')[0]}"


def _stack(value: str, call: Call) -> str:
    """A stack that is given by its ARN is that one alone, one that is given by its name may have any id."""
    return value.partition(":stack/")[2] if value.startswith("arn:") else f"{value}/*"


def _ec2_arn(value: str, call: Call) -> str:
    kind = EC2_TYPES.get(value.partition("-")[0], "*")
    owner = "" if kind in NO_OWNER else call.caller.account_id
    return f"arn:aws:ec2:{call.region}:{owner}:{kind}/{value}"


FILTERS: Mapping[str, Callable[[str, Call], str]] = {
    "store": _last_part,
    "trail": _last_part,
    "stack": _stack,
    "copy source": _copy_source,
    "ec2 resource": _ec2_arn,
}

"""What CloudTrail writes differently from botocore's model: `deviations.json` as typed values.

The JSON Schema beside the file describes every option; the file is checked against it by a test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service's habits. Unset options mean: as most services do."""

    source: str | None = None  # eventSource without ".amazonaws.com"; default: the endpoint prefix
    host: str | None = None  # the AWS host, with {account} and {region}; default: botocore's
    version: str | None = None  # apiVersion
    spelling: str = "lower"  # "lower": first letter in lower case; "wire": the names on the wire
    dates: str = "java"
    hidden: str | None = "HIDDEN_DUE_TO_SECURITY_REASONS"  # what stands for a secret; null: the key is left out
    unwraps: bool = False  # a response of one structure shows what is in it: RDS's `DBInstance`
    shows_denied: bool = False  # requestParameters are there even where the call was denied
    data: frozenset[str] = frozenset()  # operations that are data events
    unrecorded: frozenset[str] = frozenset()  # operations that CloudTrail never logs
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # code on the wire -> code, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Changes to one spelled tree, in the order of the fields. Paths are dotted and look through lists."""

    rename: Mapping[str, str] = field(default_factory=dict)  # path -> new last name
    drop: tuple[str, ...] = ()  # paths
    text: tuple[str, ...] = ()  # paths of values shown as text
    show: Mapping[str, Any] = field(default_factory=dict)  # path -> what it shows instead of what it is
    wrap: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # new EC2 set -> names moved into its only item
    only: tuple[str, ...] | None = None  # top-level names that stay
    default: Mapping[str, Any] = field(default_factory=dict)  # path -> value where the name is absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation's deviations."""

    name: str | None = None  # eventName
    read_only: bool | None = None
    path_style: bool = False  # S3: botocore keeps the bucket out of the host
    request: Edit = Edit()
    response: Edit | None = None  # given: response elements are shown even where the call reads only
    resources: tuple[Mapping[str, str], ...] | None = None  # templates of `resources`


@dataclass(frozen=True, slots=True, kw_only=True)
class Ec2:
    """How EC2 names its lists (see ec2.py)."""

    legacy: frozenset[str]  # operations of the old family
    requests: Mapping[str, str]  # "Member" or "Shape.Member" -> "name.items.key"
    responses: Mapping[str, str]
    whole: frozenset[str]  # shapes whose lists are always there, `{}` where empty, as those of Describe calls are
    optional: frozenset[str]  # "Shape.Member": but these are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviations:
    """The whole table."""

    read_only: tuple[str, ...]  # how the names of reading operations begin
    blind_errors: frozenset[str]  # refusals before the service looked at the parameters
    services: Mapping[str, Service]  # by botocore's name
    operations: Mapping[str, Operation]  # by "service:Operation"
    ec2: Ec2


@cache
def deviations() -> Deviations:
    """The table, read once."""
    table = json.loads(files(__package__).joinpath("deviations.json").read_text("utf-8"))
    return Deviations(
        read_only=tuple(table["read_only"]),
        blind_errors=frozenset(table["blind_errors"]),
        services={name: _service(given) for name, given in table["services"].items()},
        operations={name: _operation(given) for name, given in table["operations"].items()},
        ec2=Ec2(
            legacy=frozenset(table["ec2"]["legacy"]),
            requests=table["ec2"]["requests"],
            responses=table["ec2"]["responses"],
            whole=frozenset(table["ec2"]["whole"]),
            optional=frozenset(table["ec2"]["optional"]),
        ),
    )


def _service(given: Mapping[str, Any]) -> Service:
    sets = {key: frozenset(given[key]) for key in ("data", "unrecorded") if key in given}
    errors = {code: (name, message) for code, (name, message) in given.get("errors", {}).items()}
    return Service(**{**given, **sets, "errors": errors})


def _operation(given: Mapping[str, Any]) -> Operation:
    edits = {key: _edit(given[key]) for key in ("request", "response") if key in given}
    resources = {"resources": tuple(given["resources"])} if "resources" in given else {}
    return Operation(**{**given, **edits, **resources})


def _edit(given: Mapping[str, Any]) -> Edit:
    options: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return Edit(**options)

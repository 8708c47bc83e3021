"""Fn::Sub and Fn::GetAZs as CloudFormation has them.

AWS: Fn::Sub replaces ${Name}, ${Name.Attribute} and the names of its own map, turns ${!Text} into ${Text}, and leaves
every other character alone; Fn::GetAZs with an empty region gives the zones of the stack's own region (CloudFormation
user guide, intrinsic functions).
Bare moto: Fn::Sub with a map also turns $$ into $ and trips over exclamation marks and quotes; an empty region is
us-east-1, and every region has the zones a to d.
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap
from moto.ec2.models import ec2_backends

PLACEHOLDER: Final = re.compile(r"\$\{(!?)([^}]*)\}")

_clean_json = parsing.clean_json


def resolve(value: Any, resources: ResourceMap) -> Any:
    """A template's value with every intrinsic function replaced by what it gives."""
    if isinstance(value, dict) and len(value) == 1:
        if "Fn::Sub" in value:
            return _substituted(value["Fn::Sub"], resources)
        if "Fn::GetAZs" in value:
            return _zones(resolve(value["Fn::GetAZs"], resources), resources)
    return _clean_json(value, resources)


def _substituted(argument: Any, resources: ResourceMap) -> str:
    text, names = argument if isinstance(argument, list) else (argument, {})

    def replacement(match: re.Match[str]) -> str:
        literal, name = match[1], match[2].strip()
        if literal:
            return "${" + match[2] + "}"
        if name in names:
            return str(resolve(names[name], resources))
        return str(_clean_json(reference(name), resources))

    return PLACEHOLDER.sub(replacement, text)


def reference(name: str) -> dict[str, Any]:
    """What ${name} stands for: a Ref, or with a dot a GetAtt.

    >>> reference("Bucket.Arn")
    {'Fn::GetAtt': ['Bucket', 'Arn']}
    """
    resource, dot, attribute = name.partition(".")
    return {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name}


def _zones(region: str, resources: ResourceMap) -> list[str]:
    account_id, own_region = resources["AWS::AccountId"], resources["AWS::Region"]
    backend = ec2_backends[str(account_id)][region or str(own_region)]
    return [zone.name for zone in backend.describe_availability_zones()]


def mend() -> None:
    """Have moto's template parser, which calls itself by this name, use `resolve`."""
    setattr(parsing, "clean_json", resolve)  # noqa: B010  # mypy: the names of the parameters differ

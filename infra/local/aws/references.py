"""Which resources of a template need which others, checked before anything is made.

AWS: CreateStack refuses a template in which something refers to what is not in it or whose condition is false, or in
which resources need each other in a circle; everything else is made in an order in which needs come first.
Bare moto: a reference to a resource whose condition is false is nothing, one to an unknown name is an internal error,
a circle is an endless recursion; order is that of DependsOn alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from infra.local.aws.intrinsics import PLACEHOLDER, reference


def in_order(template: Mapping[str, Any], conditions: Mapping[str, bool]) -> list[str]:
    """The logical ids of the resources to make, those that others need first.

    Raises ValidationError, as CreateStack does.
    """
    resources = {
        name: definition
        for name, definition in template["Resources"].items()
        if "Condition" not in definition or conditions[definition["Condition"]]
    }
    known = {*resources, *template.get("Parameters", {})}
    _check("Resources", resources.values(), known, conditions)
    outputs = [o for o in template.get("Outputs", {}).values() if conditions.get(o.get("Condition"), True)]
    _check("Outputs", outputs, known, conditions)
    needs = {
        name: [need for need in (*_mentioned(definition, conditions), *_listed(definition)) if need in resources]
        for name, definition in resources.items()
    }
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = ", ".join(sorted(set(error.args[1])))
        raise ValidationError(message=f"Circular dependency between resources: [{circle}]") from error


def _check(block: str, definitions: Any, known: set[str], conditions: Mapping[str, bool]) -> None:
    missing = sorted({name for d in definitions for name in _mentioned(d, conditions)} - known)
    if missing:
        raise ValidationError(
            message=f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
            f"in the {block} block of the template"
        )


def _listed(definition: Mapping[str, Any]) -> list[str]:
    depends_on = definition.get("DependsOn", [])
    return [depends_on] if isinstance(depends_on, str) else depends_on


def _mentioned(value: Any, conditions: Mapping[str, bool]) -> Iterator[str]:
    """Every name that a Ref, a GetAtt or a Sub mentions where its conditions hold; pseudo parameters left out."""
    if isinstance(value, list):
        for item in value:
            yield from _mentioned(item, conditions)
    elif isinstance(value, dict):
        for key, argument in value.items():
            yield from _mentioned_by(key, argument, conditions)


def _mentioned_by(key: str, argument: Any, conditions: Mapping[str, bool]) -> Iterator[str]:
    if key == "Ref":
        yield from (argument,) if not str(argument).startswith("AWS::") else ()
    elif key == "Fn::GetAtt":
        yield argument[0] if isinstance(argument, list) else argument.partition(".")[0]
    elif key == "Fn::If":
        name, if_true, if_false = argument
        yield from _mentioned(if_true if conditions[name] else if_false, conditions)
    elif key == "Fn::Sub":
        text, names = argument if isinstance(argument, list) else (argument, {})
        yield from _mentioned(names, conditions)
        for literal, name in PLACEHOLDER.findall(text):
            if not literal and name.strip() not in names:
                yield from _mentioned(reference(name.strip()), conditions)
    else:
        yield from _mentioned(argument, conditions)

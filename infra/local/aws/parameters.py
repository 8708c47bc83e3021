"""Template parameters: checked against their constraints, and text wherever they are used.

AWS: CreateStack refuses unknown parameters, missing ones, and values against AllowedPattern, AllowedValues, MinValue,
MaxValue, MinLength and MaxLength; a Number is checked as one and stays the text that was given.
Bare moto: unknown parameters are ignored, no constraint is checked, a Number becomes an int, so that a condition that
compares it with "2" is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.cloudformation.exceptions import ValidationError

# Constraint: what holds for a good value, and what AWS says of another.
CONSTRAINTS: Final[Mapping[str, tuple[Callable[[str, Any], bool], str]]] = {
    "AllowedPattern": (lambda value, limit: bool(re.fullmatch(limit, value)), "must match pattern {limit}"),
    "AllowedValues": (lambda value, limit: value in map(str, limit), "must be one of {limit}"),
    "MinValue": (lambda value, limit: float(value) >= float(limit), "must be a number not less than {limit}"),
    "MaxValue": (lambda value, limit: float(value) <= float(limit), "must be a number not greater than {limit}"),
    "MinLength": (lambda value, limit: len(value) >= int(limit), "must contain at least {limit} characters"),
    "MaxLength": (lambda value, limit: len(value) <= int(limit), "must contain at most {limit} characters"),
}
MASK: Final = "****"


def check(template: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Raises ValidationError, whose message never repeats a value."""
    declared: Mapping[str, Any] = template.get("Parameters", {})
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise ValidationError(message=f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, slot in declared.items() if name not in given and "Default" not in slot]
    if missing:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    for name, slot in declared.items():
        _check_value(name, slot, str(given.get(name, slot.get("Default"))))


def _check_value(name: str, slot: Mapping[str, Any], value: str) -> None:
    if slot["Type"] == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise ValidationError(message=f"Parameter '{name}' must be a number.")
    for constraint, (holds, complaint) in CONSTRAINTS.items():
        if constraint in slot and not holds(value, slot[constraint]):
            raise ValidationError(
                message=f"Parameter '{name}' {complaint.format(limit=slot[constraint])}"
                if "ConstraintDescription" not in slot
                else f"Parameter '{name}' failed to satisfy constraint: {slot['ConstraintDescription']}"
            )


def as_text(template: Mapping[str, Any], resolved: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The resolved parameters, each Number as the text that was given."""
    declared = template.get("Parameters", {})
    numbers = {
        name: str(given.get(name, slot.get("Default"))) for name, slot in declared.items() if slot["Type"] == "Number"
    }
    return {**resolved, **numbers}


def masked(template: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values to show: those of NoEcho parameters as asterisks."""
    declared = template.get("Parameters", {})
    return {name: MASK if _no_echo(declared.get(name, {})) else value for name, value in values.items()}


def _no_echo(slot: Mapping[str, Any]) -> bool:
    return str(slot.get("NoEcho", "")).lower() == "true"

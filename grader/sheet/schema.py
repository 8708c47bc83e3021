"""What the answer sheet's JSON Schema refuses, said so that a learner can mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from grader.sheet.parse import NotGradableError, Sheet, SheetError, load_json, shown
from scenario.workshop import sheet_schema

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

MAX_ERRORS = 20  # more would only bury the first

_KINDS = {
    "array": "a list",
    "object": "an object",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def read_sheet(data: bytes | str) -> Sheet:
    """The answer sheet in a JSON text. Raises NotGradableError with everything that is wrong with it."""
    value = load_json(data)
    # A set: jsonschema has one error for each name that is missing, and each is explained with all of them.
    errors = {error for problem in _validator().iter_errors(value) for error in _explained(problem)}
    if errors:
        raise NotGradableError(sorted(errors, key=lambda e: (e.path, e.expected, e.found))[:MAX_ERRORS])
    sheet: Sheet = value
    return sheet


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # a second where every optional format checker is installed

    return Draft202012Validator(sheet_schema())


def _explained(problem: ValidationError) -> Iterable[SheetError]:
    path = _path(problem.absolute_path)
    if problem.validator == "additionalProperties":
        known = sorted(problem.schema["properties"])
        unknown = sorted(set(problem.instance) - set(known))
        return [
            SheetError(_path([*problem.absolute_path, name]), "an unknown field", _of(known, name)) for name in unknown
        ]
    if problem.validator == "required":
        missing = [name for name in problem.validator_value if name not in problem.instance]
        return [SheetError(_path([*problem.absolute_path, name]), "nothing", "this field") for name in missing]
    expected = _EXPECTED.get(
        str(problem.validator), lambda value: f"what the schema says: {problem.validator} {shown(value)}"
    )
    return [SheetError(path, _found(problem), expected(problem.validator_value))]


def _found(problem: ValidationError) -> str:
    if problem.validator in {"minItems", "maxItems"}:
        return f"{len(problem.instance)} entries"
    if problem.validator in {"minLength", "maxLength"}:
        return f"{len(problem.instance)} characters"
    return shown(problem.instance)


def _kinds(value: str | list[str]) -> str:
    return " or ".join(_KINDS[kind] for kind in ([value] if isinstance(value, str) else value))


def _of(known: list[str], name: str) -> str:
    close = get_close_matches(name[:100], known, n=1)
    return f"{close[0]}, perhaps" if close else f"one of {', '.join(known)}"


_EXPECTED: Mapping[str, Callable[[Any], str]] = {
    "type": _kinds,
    "enum": lambda values: f"one of {', '.join(map(str, values))}",
    "const": shown,
    "pattern": lambda pattern: f"text like {pattern}",
    "minItems": lambda n: f"at least {n} entries",
    "maxItems": lambda n: f"at most {n} entries",
    "minLength": lambda n: f"at least {n} characters",
    "maxLength": lambda n: f"at most {n} characters",
    "uniqueItems": lambda _: "every entry once",
}


def _path(parts: Iterable[str | int]) -> str:
    """`footprint[2].region` for `("footprint", 2, "region")`."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part[:100]}" for part in parts)
    return path.removeprefix(".")

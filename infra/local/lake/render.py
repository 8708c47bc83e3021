"""Values of a query's result as the text that CloudTrail Lake gives.

Every value is text: `2023-01-22 20:25:01.000`, `true`, and for nested ones Java's form, `{bucketName=b, key=k}`.
What Lake gives for NULL is not documented; here it is the empty text, so that a cell keeps its column's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

NULL = ""


def render(value: Any) -> str:
    """One cell."""
    return NULL if value is None else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    form = _FORMS.get(type(value))
    return form(value) if form else str(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _time(value: datetime) -> str:
    text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    return f"{text} UTC" if value.tzinfo else text


def _double(value: float) -> str:
    """As Java prints it: an exponent below 0.001 and from ten million on."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, _, exponent = f"{value:.17e}".partition("e")
    shortest = next(text for digits in range(1, 18) if float(text := f"{value:.{digits}e}") == value or digits == 17)
    mantissa, _, exponent = shortest.partition("e")
    return f"{mantissa}E{int(exponent)}"


def _duration(value: timedelta) -> str:
    hours, rest = divmod(value.seconds, 3600)
    return f"{value.days} {hours:02d}:{rest // 60:02d}:{rest % 60:02d}.{value.microseconds // 1000:03d}"


_FORMS: Mapping[type, Callable[[Any], str]] = {
    bool: _boolean,
    float: _double,
    datetime: _time,
    date: date.isoformat,
    timedelta: _duration,
    bytes: lambda value: value.hex(" "),
    dict: lambda value: "{" + ", ".join(f"{_text(k)}={_text(v)}" for k, v in value.items()) + "}",
    list: lambda value: "[" + ", ".join(map(_text, value)) + "]",
    tuple: lambda value: "{" + ", ".join(map(_text, value)) + "}",
}

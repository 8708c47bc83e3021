"""Spans of time as people type them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

_SPAN = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")


class Duration(click.ParamType[timedelta]):
    """A value of a command: "90s", "2m", "1h30m", or plain seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a value; a default may be a timedelta already. Fails as click's types do."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(value)
        if not found or not value:
            self.fail(f"{value!r} is no span of time: say 90s, 2m or 1h30m", param, ctx)
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)

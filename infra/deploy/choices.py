"""What may be chosen of a lab, as its account template says it."""

from __future__ import annotations

import json
import re

import click

from infra.account.template import template


def check_choice(parameter: str, value: str | None, option: str) -> None:
    """Refuse what the account template would refuse, before anything is started. The value is not repeated."""
    rule = json.loads(template())["Parameters"][parameter]
    if value and not re.fullmatch(rule["AllowedPattern"], value):
        raise click.BadParameter(f"it takes {rule['ConstraintDescription']}", param_hint=option)

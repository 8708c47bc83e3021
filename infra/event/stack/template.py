"""The event's template as it is shipped: read without Node and without aws-cdk-lib."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).with_name("template.json")


def event_template() -> str:
    """The CloudFormation template of the organiser's account, as JSON."""
    return SHIPPED.read_text("utf-8")

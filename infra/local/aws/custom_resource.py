"""Custom resources: the function behind ServiceToken is really run, and its answer counts.

AWS: the function gets a Create, Update or Delete event with the resource's properties, all scalars as text, and
answers with a status, a physical id and data for GetAtt; FAILED, or no answer, fails the resource with the reason
(CloudFormation user guide, custom resources).
Bare moto: invokes the function in a container and goes on without its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel

from infra.local import chance
from infra.local.aws import lambda_code
from infra.local.aws.failure import ResourceFailedError


class CustomResource(CloudFormationModel):
    """A resource that a function made. `request` is the event that made it."""

    def __init__(self, request: Mapping[str, Any], response: lambda_code.Response) -> None:
        self.request = request
        self.data = response.data
        self.physical_resource_id = str(response.physical_id)

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template; Custom::Anything means the same."""
        return "AWS::CloudFormation::CustomResource"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> CustomResource:
        """Have the function make the resource. Raises ResourceFailedError."""
        properties = cloudformation_json["Properties"]
        request = {
            "RequestType": "Create",
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": "",  # cfnresponse answers without one
            "StackId": kwargs["StackId"],
            "LogicalResourceId": kwargs["LogicalId"],
            "ResourceType": kwargs["ResourceType"],
            "ResourceProperties": _as_text(properties),
        }
        return cls(request, _ask(request, account_id, region_name))

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> CustomResource:
        """Have the function change the resource. Raises ResourceFailedError."""
        request = {
            **original_resource.request,
            "RequestType": "Update",
            "PhysicalResourceId": original_resource.physical_resource_id,
            "ResourceProperties": _as_text(cloudformation_json["Properties"]),
            "OldResourceProperties": original_resource.request["ResourceProperties"],
        }
        return cls(request, _ask(request, account_id, region_name))

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Any attribute may turn up in the answer's data."""
        return True

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What GetAtt gives. Raises ResourceFailedError for what the answer does not hold."""
        if attribute_name not in self.data:
            raise ResourceFailedError(
                f"CustomResource attribute error: Vendor response doesn't contain {attribute_name} attribute"
            )
        return self.data[attribute_name]

    def delete(self, account_id: str, region: str) -> None:
        """Have the function delete the resource. Raises ResourceFailedError."""
        request = {**self.request, "RequestType": "Delete", "PhysicalResourceId": self.physical_resource_id}
        _ask(request, account_id, region)


def _ask(request: Mapping[str, Any], account_id: str, region: str) -> lambda_code.Response:
    function = get_backend(account_id, region).get_function(request["ServiceToken"])
    request_id = chance.uuid4()
    response = lambda_code.run(function, {**request, "RequestId": request_id})
    if not response.succeeded:
        raise ResourceFailedError(
            f"Received response status [FAILED] from custom resource. Message returned: {response.reason} "
            f"(RequestId: {request_id})"
        )
    return response


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)

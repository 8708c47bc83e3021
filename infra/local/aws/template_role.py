"""AWS::IAM::Role in a template.

AWS: the policies of a role are the documents that the template gives it (template reference).
Bare moto: keeps them as Python writes dictionaries, and GetRolePolicy answers with that.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import Role


class TemplateRole(Role):
    """A role that a template can make."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Role:
        """Create the role with its policies. Raises what CreateRole and PutRolePolicy raise."""
        role = super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        kept: dict[str, Any] = dict(role.policies)
        for name, document in kept.items():
            if not isinstance(document, str):
                role.put_policy(name, json.dumps(document))
        return role

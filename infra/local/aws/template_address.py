"""AWS::EC2::EIPAssociation in a template.

AWS: gives an elastic address to an instance or an interface; Ref is the association's id (template reference).
Bare moto: there is no such type.
"""

from __future__ import annotations

from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.ec2.models import ec2_backends


class TemplateAddressAssociation(CloudFormationModel):
    """The association of an elastic address."""

    def __init__(self, association_id: str) -> None:
        self.association_id = association_id

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::EC2::EIPAssociation"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateAddressAssociation:
        """Associate the address. Raises what AssociateAddress raises."""
        properties = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        interface, instance = properties.get("NetworkInterfaceId"), properties.get("InstanceId")
        address = backend.associate_address(
            instance=backend.get_instance(instance) if instance else None,
            eni=backend.get_network_interface(interface) if interface else None,
            allocation_id=properties["AllocationId"],
        )
        assert address.association_id, "an address of a VPC has an association id"
        return cls(address.association_id)

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.association_id

    def delete(self, account_id: str, region: str) -> None:
        """Disassociate the address."""
        ec2_backends[account_id][region].disassociate_address(association_id=self.association_id)

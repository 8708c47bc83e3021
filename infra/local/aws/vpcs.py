"""A VPC that something stands in cannot be deleted.

AWS: DeleteVpc is refused with DependencyViolation while the VPC has subnets, gateways, or groups and network ACLs
besides its default ones (EC2 API reference): the learner's own group holds back the deletion of the lab. The default
ones go with the VPC.
Bare moto: groups, ACLs and internet gateways are no obstacle, and ACLs stay.
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException
from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPC


class Vpcs(EC2Backend):
    """How a backend deletes a VPC."""

    def delete_vpc(self, vpc_id: str) -> VPC:
        """Delete an empty VPC. Raises DependencyViolation."""
        groups = self.groups.get(vpc_id, {})
        gateways = self.describe_internet_gateways(filters={"attachment.vpc-id": [vpc_id]})
        acls = [acl for acl in self.network_acls.values() if acl.vpc_id == vpc_id]
        others = [group for group in groups.values() if group.name != "default"]
        if gateways or others or not all(acl.default for acl in acls):
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        defaults = self.groups.pop(vpc_id, {})  # out of moto's way: it would delete them as a user does
        try:
            deleted = super().delete_vpc(vpc_id)
        except ServiceException:
            self.groups[vpc_id] = defaults
            raise
        for acl in acls:
            del self.network_acls[acl.id]
        return deleted

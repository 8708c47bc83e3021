"""Security groups belong to interfaces; an instance shows those of its primary one.

AWS: ModifyInstanceAttribute and ModifyNetworkInterfaceAttribute replace the list, and both the instance and the
interface show it; unknown groups, groups of another VPC and terminated instances are refused; a group that an
interface wears, that a rule names, or that is a VPC's default cannot be deleted (EC2 API reference; the messages are
those of calls seen in the wild).
Bare moto: the interface shows old and new groups together, the instance only what it was launched with, an interface
invents a group it does not know, nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from moto.ec2.exceptions import (
    DependencyViolationError,
    EC2ClientError,
    InvalidParameterCombination,
    InvalidSecurityGroupNotFoundError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.ec2.models.security_groups import SecurityGroup


class GroupedInterface(NetworkInterface):
    """An interface that wears exactly its own groups."""

    @property
    def group_set(self) -> list[SecurityGroup]:
        """The groups, in the order given."""
        return self._group_set


class GroupedInstance(Instance):
    """An instance that shows, and hands on, the groups of its primary interface."""

    _launch_groups: Sequence[SecurityGroup] = ()

    @property
    def security_groups(self) -> list[SecurityGroup]:
        """The primary interface's groups; before it has one, those of the launch."""
        primary = self.__dict__.get("nics", {}).get(0)
        return primary.group_set if primary else list(self._launch_groups)

    @security_groups.setter
    def security_groups(self, groups: Sequence[SecurityGroup]) -> None:
        primary = self.__dict__.get("nics", {}).get(0)
        if primary:
            primary._group_set = list(groups)
        else:
            self._launch_groups = groups


class Groups(EC2Backend):
    """What a backend refuses or replaces where groups are concerned."""

    def create_network_interface(
        self,
        subnet: Any,
        private_ip_address: Any,
        private_ip_addresses: Any = None,
        group_ids: list[str] | None = None,
        *args: Any,
        **settings: Any,
    ) -> NetworkInterface:
        """As moto's; raises InvalidGroup.NotFound instead of inventing a group."""
        home = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        _known(self, group_ids or (), home.vpc_id)
        return super().create_network_interface(
            home, private_ip_address, private_ip_addresses, group_ids, *args, **settings
        )

    def modify_instance_security_groups(self, instance_id: str, new_group_id_list: list[str]) -> Instance:
        """Replace the groups of an instance with one interface; at least one group has to be named."""
        instance = self.get_instance(instance_id)
        if not new_group_id_list:
            raise InvalidParameterCombination("No attributes specified.")
        _refuse_unless_one_interface(instance)
        groups = _known(self, new_group_id_list, instance.vpc_id)
        instance.security_groups = groups
        return instance

    def modify_network_interface_attribute(
        self,
        eni_id: str,
        group_ids: list[str],
        source_dest_check: bool | None = None,
        description: str | None = None,
    ) -> None:
        """Replace an interface's groups, or one of its other attributes."""
        _known(self, group_ids, self.get_network_interface(eni_id).vpc_id)
        super().modify_network_interface_attribute(eni_id, group_ids, source_dest_check, description)

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        """Delete a group that nothing uses. Raises DependencyViolation, CannotDelete, InvalidGroup.NotFound."""
        group = self.get_security_group_by_name_or_id(group_id or name or "")
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id or name)
        if group.name == "default":
            raise EC2ClientError(
                "CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
            )
        if any(group in interface.group_set for interface in self.enis.values()) or _named_by_a_rule(self, group):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
        super().delete_security_group(group_id=group.id)


def _known(backend: EC2Backend, group_ids: Iterable[str], vpc_id: str | None) -> list[SecurityGroup]:
    groups = []
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
        if group.vpc_id != vpc_id:
            raise EC2ClientError(
                "InvalidGroup.NotFound", "You have specified two resources that belong to different networks."
            )
        groups.append(group)
    return groups


def _refuse_unless_one_interface(instance: Instance) -> None:
    if len(instance.nics) > 1:
        raise EC2ClientError(
            "InvalidInstanceID",
            f"There are multiple interfaces attached to instance '{instance.id}'. "
            "Please specify an interface ID for the operation instead.",
        )


def _named_by_a_rule(backend: EC2Backend, group: SecurityGroup) -> bool:
    return any(
        rule.source_group.get("GroupId") == group.id
        for other in backend.groups[str(group.vpc_id)].values()
        if other is not group
        for rule in (*other.ingress_rules, *other.egress_rules)
    )

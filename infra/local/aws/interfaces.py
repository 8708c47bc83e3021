"""Interfaces made before the instance, and interfaces made with it.

AWS: an instance launched on an existing interface stands in that interface's subnet and zone; an interface in use
cannot be given to another instance, nor deleted (in the words of calls seen in the wild); one that RunInstances makes
is deleted with the instance unless it says otherwise, and a deleted one lets go of its elastic address.
Bare moto: the instance stands in zone "a" of the region, an interface can have two instances or be deleted under one,
the one made at launch stays for ever, and DescribeInstances does not tell the interfaces' ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Reservation


class NamedInterface(NetworkInterface):
    """An interface whose id DescribeInstances shows too."""

    @property
    def network_interface_id(self) -> str:
        """The id."""
        return self.id


class Interfaces(EC2Backend):
    """How a backend launches instances on interfaces, and deletes interfaces."""

    def run_instances(self, *args: Any, **settings: Any) -> Reservation:
        """As moto's. Raises InvalidNetworkInterface.InUse."""
        wanted: Iterable[Mapping[str, Any]] = settings.get("nics") or ()
        given = {
            nic["NetworkInterfaceId"]: self.get_network_interface(nic["NetworkInterfaceId"])
            for nic in wanted
            if nic.get("NetworkInterfaceId")
        }
        _refuse_in_use(given.values())
        if given and not settings.get("subnet_id"):
            settings["subnet_id"] = next(iter(given.values())).subnet_id
        reservation = super().run_instances(*args, **settings)
        kept = {int(nic["DeviceIndex"]) for nic in wanted if nic.get("DeleteOnTermination") is False}
        for instance in reservation.instances:
            for index, interface in instance.nics.items():
                interface.delete_on_termination = interface.id not in given and index not in kept
        return reservation

    def delete_network_interface(self, eni_id: str) -> None:
        """Delete an interface that no instance uses, and let go of its elastic address."""
        interface = self.get_network_interface(eni_id)
        if interface.instance:
            raise EC2ClientError("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
        for address in self.addresses:
            if address.network_interface_id == eni_id:
                self.disassociate_address(association_id=address.association_id)
        super().delete_network_interface(eni_id)


def _refuse_in_use(interfaces: Iterable[NetworkInterface]) -> None:
    for interface in interfaces:
        if interface.instance:
            raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{interface.id}] in use.")

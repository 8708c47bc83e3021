"""Addresses that look like AWS's, and belong to one interface only.

AWS: elastic addresses are public ones, with the region's public DNS name; the private address of a new interface is
a free one of its subnet; an interface without a public address shows no association.
Bare moto: elastic addresses are of the loopback network and have an internal name; private addresses are drawn from
the whole subnet, its reserved and taken ones included; the association is there, and empty.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from infra.local.chance import chance


class AddressedInterface(NetworkInterface):
    """An interface whose association is one of AWS's, or none."""

    @property
    def association(self) -> Any:
        """What public address it has, with its name; None where it has none."""
        shown = super().association
        if not shown:
            return None
        return {**shown, "publicDnsName": public_name(shown["publicIp"], self.ec2_backend.region_name)}


class Addresses(EC2Backend):
    """How a backend gives private addresses to interfaces."""

    def create_network_interface(
        self, subnet: Any, private_ip_address: Any, private_ip_addresses: Any = None, *args: Any, **settings: Any
    ) -> NetworkInterface:
        """As moto's, with a free address of the subnet where none is asked for."""
        home: Any = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        if not private_ip_address and not private_ip_addresses:
            private_ip_address = home.get_available_subnet_ip(None)
        return super().create_network_interface(home, private_ip_address, private_ip_addresses, *args, **settings)

    def delete_network_interface(self, eni_id: str) -> None:
        """As moto's; its addresses are free again."""
        interface = self.get_network_interface(eni_id)
        super().delete_network_interface(eni_id)
        for address in interface.private_ip_addresses:
            interface.subnet.del_subnet_ip(address["PrivateIpAddress"])


def public_address() -> str:
    """A new address of a network that AWS announces."""
    drawn = chance()
    return f"54.{214 + drawn.randrange(4)}.{drawn.randrange(256)}.{1 + drawn.randrange(254)}"


def public_name(address: str, region: str) -> str:
    """The DNS name of a public address.

    >>> public_name("54.214.1.2", "eu-west-1")
    'ec2-54-214-1-2.eu-west-1.compute.amazonaws.com'
    """
    zone = "compute-1" if region == "us-east-1" else f"{region}.compute"
    return f"ec2-{address.replace('.', '-')}.{zone}.amazonaws.com"

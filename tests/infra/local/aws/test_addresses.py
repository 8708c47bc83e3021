"""Addresses of interfaces: public ones that look public, private ones that nobody else has."""

from __future__ import annotations

from typing import Any

from infra.local.aws.addresses import public_name


def test_private_addresses_are_free_ones_of_the_subnet(aws: Any) -> None:
    """No two interfaces share one, the first four of a subnet are AWS's own, and a deleted one is free again."""
    network, ec2 = aws.network(), aws.client("ec2")
    made = [ec2.create_network_interface(SubnetId=network.subnet)["NetworkInterface"] for _ in range(8)]
    addresses = [interface["PrivateIpAddress"] for interface in made]
    assert addresses == [f"10.0.1.{host}" for host in range(5, 13)]
    ec2.delete_network_interface(NetworkInterfaceId=made[0]["NetworkInterfaceId"])
    again = ec2.create_network_interface(SubnetId=network.subnet)["NetworkInterface"]
    assert again["PrivateIpAddress"] == addresses[0]


def test_no_association_without_a_public_address(aws: Any) -> None:
    """An interface that has no public address does not show an empty association."""
    network = aws.network()
    assert "Association" not in aws.interface(network.interface)
    instance = aws.instance(aws.run_on(network.interface))
    assert "Association" not in instance["NetworkInterfaces"][0]


def test_an_elastic_address_is_a_public_one(aws: Any) -> None:
    """It has the public name of its region, not one of the loopback network."""
    network, ec2 = aws.network(), aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=network.interface)
    shown = aws.interface(network.interface)["Association"]
    assert shown["PublicIp"] == address["PublicIp"]
    assert address["PublicIp"].startswith("54.")
    assert shown["PublicDnsName"] == public_name(address["PublicIp"], "us-east-1")


def test_public_names() -> None:
    """us-east-1 has a name of its own kind."""
    assert public_name("54.214.1.2", "us-east-1") == "ec2-54-214-1-2.compute-1.amazonaws.com"
    assert public_name("54.214.1.2", "eu-west-1") == "ec2-54-214-1-2.eu-west-1.compute.amazonaws.com"

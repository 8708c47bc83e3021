"""Interfaces that are there before the instance, and those that come and go with it."""

from __future__ import annotations

from typing import Any


def test_an_instance_stands_where_its_interface_stands(aws: Any) -> None:
    """Zone, subnet and private address are the interface's."""
    network = aws.network()
    shown = aws.instance(aws.run_on(network.interface))
    assert (shown["Placement"]["AvailabilityZone"], shown["SubnetId"]) == (network.zone, network.subnet)
    assert [interface["NetworkInterfaceId"] for interface in shown["NetworkInterfaces"]] == [network.interface]
    assert shown["PrivateIpAddress"] == aws.interface(network.interface)["PrivateIpAddress"]


def test_an_interface_in_use_cannot_be_used_again_or_deleted(aws: Any, refused: Any) -> None:
    """It belongs to its instance until that is terminated."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    assert refused(aws.run_on, interface=network.interface) == (
        "InvalidNetworkInterface.InUse",
        f"Interface: [{network.interface}] in use.",
    )
    assert refused(ec2.delete_network_interface, NetworkInterfaceId=network.interface) == (
        "InvalidParameterValue",
        f"Network interface '{network.interface}' is currently in use.",
    )
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_network_interface(NetworkInterfaceId=network.interface)


def test_interfaces_made_at_launch_go_with_the_instance(aws: Any) -> None:
    """They are deleted on termination, those excepted that say otherwise."""
    network, ec2 = aws.network(), aws.client("ec2")
    spec = {"DeviceIndex": 0, "SubnetId": network.subnet, "Groups": [network.group]}
    usual = aws.run(NetworkInterfaces=[spec])
    kept = aws.run(NetworkInterfaces=[{**spec, "DeleteOnTermination": False}])
    interfaces = {i: aws.instance(i)["NetworkInterfaces"][0] for i in (usual, kept)}
    assert [interfaces[i]["Attachment"]["DeleteOnTermination"] for i in (usual, kept)] == [True, False]
    ec2.terminate_instances(InstanceIds=[usual, kept])
    left = {i["NetworkInterfaceId"]: i["Status"] for i in ec2.describe_network_interfaces()["NetworkInterfaces"]}
    assert left == {interfaces[kept]["NetworkInterfaceId"]: "available", network.interface: "available"}


def test_a_deleted_interface_lets_go_of_its_address(aws: Any) -> None:
    """The elastic address stays the account's, and is nobody's."""
    network, ec2 = aws.network(), aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=network.interface)
    ec2.delete_network_interface(NetworkInterfaceId=network.interface)
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]

"""Security groups: the instance and its interface show the same, and what AWS refuses is refused."""

from __future__ import annotations

from typing import Any


def group_ids(shown: dict[str, Any], key: str) -> list[str]:
    return [group["GroupId"] for group in shown[key]]


def test_groups_of_the_interface_show_on_the_instance(aws: Any) -> None:
    """An instance launched on an interface shows the groups that the interface wears."""
    network = aws.network()
    instance = aws.run_on(network.interface)
    assert group_ids(aws.instance(instance), "SecurityGroups") == [network.group]


def test_modify_instance_attribute_replaces_on_both(aws: Any) -> None:
    """ModifyInstanceAttribute replaces the groups, and the interface shows the new ones only."""
    network = aws.network()
    instance = aws.run_on(network.interface)
    aws.client("ec2").modify_instance_attribute(InstanceId=instance, Groups=[network.other_group])
    assert group_ids(aws.instance(instance), "SecurityGroups") == [network.other_group]
    assert group_ids(aws.interface(network.interface), "Groups") == [network.other_group]


def test_modify_network_interface_attribute_replaces_on_both(aws: Any) -> None:
    """ModifyNetworkInterfaceAttribute replaces the groups, and the instance shows the new ones too."""
    network = aws.network()
    instance = aws.run_on(network.interface)
    aws.client("ec2").modify_network_interface_attribute(
        NetworkInterfaceId=network.interface, Groups=[network.other_group]
    )
    assert group_ids(aws.instance(instance), "SecurityGroups") == [network.other_group]
    assert group_ids(aws.interface(network.interface), "Groups") == [network.other_group]


def test_an_instance_launched_with_groups_hands_them_to_its_interface(aws: Any) -> None:
    """SecurityGroupIds of RunInstances end up on the interface that is made with the instance."""
    network = aws.network()
    instance = aws.instance(aws.run(SubnetId=network.subnet, SecurityGroupIds=[network.group]))
    assert group_ids(instance, "SecurityGroups") == [network.group]
    assert group_ids(instance["NetworkInterfaces"][0], "Groups") == [network.group]


def test_unknown_groups_are_refused(aws: Any, refused: Any) -> None:
    """A group that does not exist is InvalidGroup.NotFound, and nothing changes."""
    network = aws.network()
    instance, ec2 = aws.run_on(network.interface), aws.client("ec2")
    expected = ("InvalidGroup.NotFound", "The security group 'sg-0123456789abcdef0' does not exist")
    unknown = ["sg-0123456789abcdef0"]
    assert refused(ec2.modify_instance_attribute, InstanceId=instance, Groups=unknown) == expected
    assert (
        refused(ec2.modify_network_interface_attribute, NetworkInterfaceId=network.interface, Groups=unknown)
        == expected
    )
    assert refused(ec2.create_network_interface, SubnetId=network.subnet, Groups=unknown) == expected
    assert group_ids(aws.instance(instance), "SecurityGroups") == [network.group]


def test_a_group_of_another_vpc_is_refused(aws: Any, refused: Any) -> None:
    """Interface and group have to be of one VPC."""
    network, elsewhere = aws.network(), aws.network()
    instance = aws.run_on(network.interface)
    assert refused(aws.client("ec2").modify_instance_attribute, InstanceId=instance, Groups=[elsewhere.group]) == (
        "InvalidGroup.NotFound",
        "You have specified two resources that belong to different networks.",
    )


def test_no_groups_at_all_is_refused(aws: Any, refused: Any) -> None:
    """ModifyInstanceAttribute without anything to modify changes nothing."""
    network = aws.network()
    instance = aws.run_on(network.interface)
    assert refused(aws.client("ec2").modify_instance_attribute, InstanceId=instance) == (
        "InvalidParameterCombination",
        "No attributes specified.",
    )
    assert group_ids(aws.instance(instance), "SecurityGroups") == [network.group]


def test_two_interfaces_ask_for_the_interface(aws: Any, refused: Any) -> None:
    """The groups of an instance with several interfaces are changed at the interface."""
    network = aws.network()
    instance, ec2 = aws.run_on(network.interface), aws.client("ec2")
    second = ec2.create_network_interface(SubnetId=network.subnet, Groups=[network.group])["NetworkInterface"]
    ec2.attach_network_interface(NetworkInterfaceId=second["NetworkInterfaceId"], InstanceId=instance, DeviceIndex=1)
    assert refused(ec2.modify_instance_attribute, InstanceId=instance, Groups=[network.other_group]) == (
        "InvalidInstanceID",
        f"There are multiple interfaces attached to instance '{instance}'. "
        "Please specify an interface ID for the operation instead.",
    )


def test_a_group_in_use_cannot_be_deleted(aws: Any, refused: Any) -> None:
    """A group that an interface wears or a rule names stays; once nothing uses it, it goes."""
    network, ec2 = aws.network(), aws.client("ec2")
    in_use = ("DependencyViolation", f"resource {network.group} has a dependent object")
    assert refused(ec2.delete_security_group, GroupId=network.group) == in_use
    ec2.delete_network_interface(NetworkInterfaceId=network.interface)
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": network.group}]}
    ec2.authorize_security_group_ingress(GroupId=network.other_group, IpPermissions=[permission])
    assert refused(ec2.delete_security_group, GroupId=network.group) == in_use
    ec2.revoke_security_group_ingress(GroupId=network.other_group, IpPermissions=[permission])
    ec2.delete_security_group(GroupId=network.group)
    assert refused(ec2.describe_security_groups, GroupIds=[network.group])[0] == "InvalidGroup.NotFound"


def test_a_default_group_cannot_be_deleted(aws: Any, refused: Any) -> None:
    """The default group lives as long as its VPC."""
    ec2, network = aws.client("ec2"), aws.network()
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    default = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
    assert refused(ec2.delete_security_group, GroupId=default) == (
        "CannotDelete",
        f'the specified group: "{default}" name: "default" cannot be deleted by a user',
    )

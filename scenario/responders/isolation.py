"""Responders that cut the instance off otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenario.responders.responder import Responder, fails

OPEN = fails("isolated")
ANYWHERE: Any = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
HTTPS: Any = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
SSH: Any = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}]
SIX: Any = [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
NOWHERE: Any = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "127.0.0.1/32"}]}]


class NotIsolated(Responder):
    """Leaves the instance in its group."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Forgets it."""
        return ""


class EgressLeft(Responder):
    """Moves the instance to a new group that still has the egress rule every new group has."""

    expects = OPEN

    def restricted_group(self, vpc_id: str) -> str:
        """Believes that new means empty."""
        return self.new_group(vpc_id)


class NarrowEgressLeft(Responder):
    """Moves the instance to a group that lets HTTPS out."""

    expects = OPEN

    def restricted_group(self, vpc_id: str) -> str:
        """Wants updates to go on."""
        group = super().restricted_group(vpc_id)
        self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=HTTPS)
        return group


class Ipv6EgressLeft(Responder):
    """Moves the instance to a group that lets everything out over IPv6."""

    expects = OPEN

    def restricted_group(self, vpc_id: str) -> str:
        """Looks at IPv4 only."""
        group = super().restricted_group(vpc_id)
        self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=SIX)
        return group


class IngressLeft(Responder):
    """Moves the instance to a group that lets SSH in."""

    expects = OPEN

    def restricted_group(self, vpc_id: str) -> str:
        """Wants to look around on the instance."""
        group = super().restricted_group(vpc_id)
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=SSH)
        return group


class DefaultGroup(Responder):
    """Moves the instance to the VPC's default group."""

    expects = OPEN

    def restricted_group(self, vpc_id: str) -> str:
        """It lets its members talk, and everything out."""
        chosen: Any = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
        return self.ec2.describe_security_groups(Filters=chosen)["SecurityGroups"][0]["GroupId"]


class KeptBesideTheOriginal(Responder):
    """Adds the empty group, and leaves the original one: the rules of both apply."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Two groups."""
        group = self.restricted_group(instance["VpcId"])
        self.move(instance, group, self.original(instance))
        return group


class OriginalEdited(Responder):
    """Takes every rule out of the original group: connections that stand survive that."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """In place."""
        group = self.original(instance)
        self.empty(group)
        return group


class RulePutBack(Responder):
    """Isolates the instance, and lets it out again before it is terminated."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Undoes it by a rule."""
        group = super().isolate(instance)
        self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=ANYWHERE)
        return group


class OriginalRestored(Responder):
    """Isolates the instance, and moves it back before it is terminated."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Undoes it by a move."""
        group = super().isolate(instance)
        self.move(instance, self.original(instance))
        return group


class IsolatedAfterTermination(Responder):
    """Terminates the instance, and tries to isolate it then: AWS refuses that."""

    expects = OPEN

    def contain(self, instance_id: str) -> None:
        """The group is there, with nothing in it."""
        instance = self.describe(instance_id)
        self.snapshot(instance)
        self.terminate(instance)
        group = self.restricted_group(instance["VpcId"])
        self.refused(self.ec2.modify_instance_attribute, InstanceId=instance_id, Groups=[group])


class RulesTakenAfterTermination(Responder):
    """Moves the instance to a new group, and empties the group once the instance is terminated."""

    expects = OPEN

    def contain(self, instance_id: str) -> None:
        """Too late."""
        instance = self.describe(instance_id)
        self.snapshot(instance)
        group = self.new_group(instance["VpcId"])
        self.move(instance, group)
        self.terminate(instance)
        self.empty(group)


class IsolationTried(Responder):
    """Only tries whether it could move the instance: a dry run."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """DryRunOperation says that it could."""
        group, id_ = self.restricted_group(instance["VpcId"]), instance["InstanceId"]
        self.refused(self.ec2.modify_instance_attribute, InstanceId=id_, Groups=[group], DryRun=True)
        return group


class NetworkAclInstead(Responder):
    """Gives the subnet a network ACL that denies everything: that cuts off the bystanders too, and is no isolation."""

    expects = OPEN

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """A new ACL has no entry but the one that denies."""
        acl = self.ec2.create_network_acl(VpcId=instance["VpcId"])["NetworkAcl"]["NetworkAclId"]
        chosen: Any = [{"Name": "association.subnet-id", "Values": [instance["SubnetId"]]}]
        (shown,) = self.ec2.describe_network_acls(Filters=chosen)["NetworkAcls"]
        for association in shown["Associations"]:
            if association["SubnetId"] == instance["SubnetId"]:
                replaced = association["NetworkAclAssociationId"]
                self.ec2.replace_network_acl_association(AssociationId=replaced, NetworkAclId=acl)
        return acl


class LoopbackEgress(Responder):
    """Moves the instance to a group whose only rule leads to itself. That is right: AWS's own advice."""

    def restricted_group(self, vpc_id: str) -> str:
        """Nothing gets out by it."""
        group = super().restricted_group(vpc_id)
        self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=NOWHERE)
        return group


class RuleModified(Responder):
    """Points the new group's own rule at the instance itself, in place of revoking it. That is right."""

    def restricted_group(self, vpc_id: str) -> str:
        """By ModifySecurityGroupRules."""
        group = self.new_group(vpc_id)
        (rule,) = self.rules(group)
        nowhere: Any = {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "127.0.0.1/32"}
        update: Any = {"SecurityGroupRuleId": rule, "SecurityGroupRule": nowhere}
        self.ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[update])
        return group


class RevokedById(Responder):
    """Revokes the new group's rule by the rule's id. That is right."""

    def restricted_group(self, vpc_id: str) -> str:
        """As the console does."""
        group = self.new_group(vpc_id)
        self.ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=self.rules(group))
        return group


class IsolatedByInterface(Responder):
    """Moves every network interface of the instance. That is right."""

    def move(self, instance: Mapping[str, Any], *groups: str) -> None:
        """By ModifyNetworkInterfaceAttribute."""
        for interface in instance["NetworkInterfaces"]:
            self.ec2.modify_network_interface_attribute(
                NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=list(groups)
            )


class TemporaryGroup(Responder):
    """Moves the instance through a group that lets SSH in, to look around, before it isolates it. That is right."""

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """What counts is the state just before the termination."""
        temporary = self.new_group(instance["VpcId"])
        self.ec2.authorize_security_group_ingress(GroupId=temporary, IpPermissions=SSH)
        self.move(instance, temporary)
        group = super().isolate(instance)
        self.ec2.delete_security_group(GroupId=temporary)
        return group


class MovedThenEmptied(Responder):
    """Moves the instance to a new group, and empties the group then. That is right."""

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """The other way round."""
        group = self.new_group(instance["VpcId"])
        self.move(instance, group)
        self.empty(group)
        return group


class TwoEmptyGroups(Responder):
    """Moves the instance to two groups without rules. That is right."""

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Nothing and nothing is nothing."""
        first, second = (self.restricted_group(instance["VpcId"]) for _ in range(2))
        self.move(instance, first, second)
        return first


RESPONDERS: tuple[type[Responder], ...] = (
    NotIsolated,
    EgressLeft,
    NarrowEgressLeft,
    Ipv6EgressLeft,
    IngressLeft,
    DefaultGroup,
    KeptBesideTheOriginal,
    OriginalEdited,
    RulePutBack,
    OriginalRestored,
    IsolatedAfterTermination,
    RulesTakenAfterTermination,
    IsolationTried,
    NetworkAclInstead,
    LoopbackEgress,
    RuleModified,
    RevokedById,
    IsolatedByInterface,
    TemporaryGroup,
    MovedThenEmptied,
    TwoEmptyGroups,
)

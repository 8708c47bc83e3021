"""Rules of security groups: changed for every protocol, and shown whole."""

from __future__ import annotations

from typing import Any

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
WEB = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def changed(aws: Any, group: str, rule_id: str, **rule: Any) -> dict[str, Any]:
    """What DescribeSecurityGroupRules shows of a rule once it was changed to this one."""
    ec2 = aws.client("ec2")
    ec2.modify_security_group_rules(
        GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": rule}]
    )
    (shown,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    return dict(shown)


def test_a_rule_without_ports_is_accepted(aws: Any) -> None:
    """Protocol -1 needs no ports; a rule can come to name a group, and a network again."""
    network, ec2 = aws.network(), aws.client("ec2")
    made = ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=[SSH])["SecurityGroupRules"]
    rule_id = made[0]["SecurityGroupRuleId"]
    whole = {
        "SecurityGroupRuleId": rule_id,
        "GroupId": network.group,
        "GroupOwnerId": aws.id,
        "IsEgress": False,
        "IpProtocol": "-1",
        "FromPort": -1,
        "ToPort": -1,
        "Tags": [],
    }
    assert changed(aws, network.group, rule_id, IpProtocol="-1", CidrIpv4="10.1.0.0/16") == {
        **whole,
        "CidrIpv4": "10.1.0.0/16",
    }
    assert changed(aws, network.group, rule_id, IpProtocol="-1", ReferencedGroupId=network.other_group) == {
        **whole,
        "ReferencedGroupInfo": {"GroupId": network.other_group, "UserId": aws.id},
    }
    assert changed(aws, network.group, rule_id, IpProtocol="-1", CidrIpv4="10.2.0.0/16", Description="ours") == {
        **whole,
        "CidrIpv4": "10.2.0.0/16",
        "Description": "ours",
    }


def test_a_rule_that_needs_ports_or_names_nothing_is_refused(aws: Any, refused: Any) -> None:
    """TCP without ports, and a group that is not there."""
    network, ec2 = aws.network(), aws.client("ec2")
    made = ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=[SSH])["SecurityGroupRules"]

    def refusal(**rule: Any) -> str:
        rules = [{"SecurityGroupRuleId": made[0]["SecurityGroupRuleId"], "SecurityGroupRule": rule}]
        code, _ = refused(ec2.modify_security_group_rules, GroupId=network.group, SecurityGroupRules=rules)
        return str(code)

    assert refusal(IpProtocol="tcp", CidrIpv4="10.1.0.0/16") == "InvalidParameterValue"
    assert refusal(IpProtocol="-1", ReferencedGroupId="sg-0123456789abcdef0") == "InvalidGroup.NotFound"


def test_authorize_answers_with_every_rule(aws: Any) -> None:
    """Two permissions, two rules, each with the owner of the group."""
    network, ec2 = aws.network(), aws.client("ec2")
    for authorize, egress in (
        (ec2.authorize_security_group_ingress, False),
        (ec2.authorize_security_group_egress, True),
    ):
        rules = authorize(GroupId=network.group, IpPermissions=[SSH, WEB])["SecurityGroupRules"]
        assert [(r["FromPort"], r["GroupOwnerId"], r["IsEgress"]) for r in rules] == [
            (22, aws.id, egress),
            (443, aws.id, egress),
        ]


def test_all_protocols_have_ports_as_a_rule_and_none_as_a_permission(aws: Any) -> None:
    """However often and in which order one looks."""
    network, ec2 = aws.network(), aws.client("ec2")
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    made = ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=[everything])
    ids = {"SecurityGroupRuleIds": [made["SecurityGroupRules"][0]["SecurityGroupRuleId"]]}
    for _ in range(2):
        (group,) = ec2.describe_security_groups(GroupIds=[network.group])["SecurityGroups"]
        assert group["IpPermissions"] == [{**everything, "UserIdGroupPairs": [], "Ipv6Ranges": [], "PrefixListIds": []}]
        (rule,) = ec2.describe_security_group_rules(**ids)["SecurityGroupRules"]
        assert rule == made["SecurityGroupRules"][0]
        assert (rule["FromPort"], rule["ToPort"]) == (-1, -1)
    ec2.revoke_security_group_ingress(GroupId=network.group, IpPermissions=[everything])
    assert ec2.describe_security_groups(GroupIds=[network.group])["SecurityGroups"][0]["IpPermissions"] == []


def test_create_security_group_shows_its_tags(aws: Any) -> None:
    """CreateSecurityGroup answers with the tags that it was given."""
    network, tags = aws.network(), [{"Key": "case", "Value": "42"}]
    made = aws.client("ec2").create_security_group(
        GroupName="mine",
        Description="mine",
        VpcId=network.vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
    )
    assert made["Tags"] == tags

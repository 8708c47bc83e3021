from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.authoriser.asks import asks_of
from infra.local.authoriser.decision import Policies, Principals, decide
from infra.local.authoriser.policy import Ask, Policy, compile_policy
from infra.local.authoriser.queries import StartedQueries
from scenario.story import Step, draw, fill, team_seed
from tests.infra.account.resources import Resources, attribute, joined, listed
from tests.infra.local.recorder.calls import call

ACCOUNT = "111111111111"
NAMES = {"drop_bucket": "drop", "bystander_bucket": "other", "instance_id": "i-0123456789abcdef0"}
STORIES = [draw(team_seed("class", f"{number:012}"), "eu-west-1") for number in range(100)]
CONDITIONS = {"MoreThan0Bystanders", "MoreThan1Bystanders", "MoreThan2Bystanders"}


def compromised(resources: Resources) -> dict[str, Any]:
    properties: dict[str, Any] = resources.all[resources.behind("InstanceId")]["Properties"]
    return properties


def test_every_host_is_a_small_one_that_asks_for_imdsv2(resources: Resources) -> None:
    """All hosts look alike: image by parameter, t3.micro, IMDSv2, an encrypted root volume that goes with them."""
    for host in resources.of("AWS::EC2::Instance").values():
        settings = host["Properties"]
        assert settings["ImageId"] == {"Ref": "MachineImage"}
        assert settings["InstanceType"] == "t3.micro"
        assert settings["MetadataOptions"]["HttpTokens"] == "required"
        assert settings["BlockDeviceMappings"] == [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"DeleteOnTermination": True, "Encrypted": True, "VolumeType": "gp3"},
            }
        ]
    assert not resources.of("AWS::EC2::LaunchTemplate")


def test_only_script_group_and_profile_tell_the_hosts_apart(resources: Resources) -> None:
    """What CloudFormation calls for them is the same for all; the compromised host has a group of its own."""
    hosts = [host["Properties"] for host in resources.of("AWS::EC2::Instance").values()]
    own = {"IamInstanceProfile", "SecurityGroupIds", "Tags", "UserData"}
    alike = [{name: value for name, value in host.items() if name not in own} for host in hosts]
    assert (alike, own <= hosts[0].keys()) == ([alike[0]] * 4, True)
    assert alike[0]["SubnetId"] == {"Ref": resources.behind("SubnetId")}
    group = attribute(resources.behind("SecurityGroupId"), "GroupId")
    assert [host["SecurityGroupIds"] for host in hosts].count([group]) == 1
    assert compromised(resources)["SecurityGroupIds"] == [group]


def test_no_host_boots_before_it_can_reach_aws(resources: Resources) -> None:
    """The subnet gives each a public address, and the way out is there first."""
    (route,) = resources.of("AWS::EC2::Route")
    assert resources.only("AWS::EC2::Subnet")["MapPublicIpOnLaunch"] is True
    for host in resources.of("AWS::EC2::Instance").values():
        assert route in host["DependsOn"]


def test_groups_are_open_outwards_only(resources: Resources) -> None:
    """The compromised host has a group of its own; no group lets anything in."""
    groups = resources.of("AWS::EC2::SecurityGroup")
    assert len(groups) == 2
    assert resources.behind("SecurityGroupId") in groups
    for group in groups.values():
        assert "SecurityGroupIngress" not in group["Properties"]
        (rule,) = group["Properties"]["SecurityGroupEgress"]
        assert (rule["CidrIp"], rule["IpProtocol"]) == ("0.0.0.0/0", "-1")
    assert not resources.of("AWS::EC2::SecurityGroupIngress")


def instance_policy(resources: Resources) -> Policy:
    """What the compromised instance's role may do, where its bucket is called drop."""
    drop = attribute(resources.behind("DropBucket"), "Arn")

    def resolve(value: Any) -> Any:
        if value == drop:
            return "arn:aws:s3:::drop"
        if isinstance(value, dict) and "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return separator.join(map(resolve, parts))
        return value

    statements = resources.statements(resources.behind("InstanceRoleArn"))
    document = [{key: resolve(value) for key, value in statement.items()} for statement in statements]
    return compile_policy("Host", json.dumps({"Version": "2012-10-17", "Statement": document}))


def asks(step: Step) -> list[Ask]:
    """The permissions that a step needs."""
    parameters = fill(step.parameters, NAMES)
    return list(asks_of(call(step.service, step.operation, parameters, region=step.region), StartedQueries()))


def allowed(policy: Policy, ask: Ask) -> bool:
    policies = Policies(identity=(policy,), resource_account=ACCOUNT)
    return decide(ask, lambda _: None, policies, Principals(account_id=ACCOUNT, arns=())).result == "allowed"


def test_the_compromised_role_may_what_the_story_needs(resources: Resources) -> None:
    """Every step of a hundred stories is answered or refused as the story says."""
    policy = instance_policy(resources)
    for story in STORIES:
        for step in story.steps:
            assert all(allowed(policy, ask) for ask in asks(step)) is not step.refused, step


def test_the_compromised_role_may_no_more_than_that(resources: Resources) -> None:
    """No action is allowed that no story takes, but to list the bucket; and no other bucket is within its reach."""
    policy = instance_policy(resources)
    needed = {ask for story in STORIES for step in story.steps if not step.refused for ask in asks(step)}
    actions = [listed(one["Action"]) for one in resources.statements(resources.behind("InstanceRoleArn"))]
    assert {action for some in actions for action in some} == {ask.action for ask in needed} | {"s3:ListBucket"}
    drop = {(ask.action, ask.resource.partition("/")[0]) for ask in needed if ask.resource.startswith("arn:aws:s3:::")}
    assert drop == {("s3:GetBucketLocation", "arn:aws:s3:::drop"), ("s3:PutObject", "arn:aws:s3:::drop")}
    elsewhere = [("s3:PutObject", "other/a"), ("s3:PutObject", "drop-2/a"), ("s3:ListBucket", "other")]
    elsewhere += [("s3:GetObject", "drop/a"), ("s3:DeleteObject", "drop/a"), ("s3:GetBucketLocation", "other")]
    for action, name in elsewhere:
        assert not allowed(policy, Ask(action=action, resource=f"arn:aws:s3:::{name}")), (action, name)


def test_each_bystander_has_a_role_of_its_own(resources: Resources) -> None:
    """Three hosts, three profiles, three roles that list buckets and put to the bystanders' bucket."""
    bucket = attribute(resources.behind("BystanderBucket"), "Arn")
    hosts = [host for host in resources.of("AWS::EC2::Instance").values() if "Condition" in host]
    profiles = [resources.all[host["Properties"]["IamInstanceProfile"]["Ref"]] for host in hosts]
    roles = {role["Ref"] for profile in profiles for role in profile["Properties"]["Roles"]}
    assert (len(hosts), len(roles)) == (3, 3)
    for role in roles:
        assert [(listed(one["Action"]), one["Resource"]) for one in resources.statements(role)] == [
            (["s3:ListAllMyBuckets"], "*"),
            (["s3:PutObject"], joined(bucket, "/*")),
        ]


def test_what_belongs_to_a_bystander_exists_with_it(resources: Resources) -> None:
    """A host, its profile and its role share one condition; but for the stores nothing else depends on one."""
    kinds: dict[str, set[str]] = {}
    for resource in resources.all.values():
        if not resource.get("Condition", "StoreIs").startswith("StoreIs"):
            kinds.setdefault(resource["Condition"], set()).add(resource["Type"])
    one_host = {"AWS::EC2::Instance", "AWS::IAM::InstanceProfile", "AWS::IAM::Role"}
    assert kinds == dict.fromkeys(CONDITIONS, one_host)


@pytest.mark.parametrize("count", range(4))
def test_the_output_lists_the_bystanders_there_are(resources: Resources, count: int) -> None:
    """For 0 to 3 bystanders the ids are comma-separated, none is named that does not exist, and none is forgotten."""
    wanted = {f"MoreThan{n}Bystanders" for n in range(count)}

    def resolve(value: Any) -> str:
        if isinstance(value, str):
            return value
        if "Ref" in value:
            assert resources.all[value["Ref"]]["Condition"] in wanted
            return f"<{value['Ref']}>"
        if "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            return resolve(then if condition in wanted else otherwise)
        separator, parts = value["Fn::Join"]
        return str(separator).join(resolve(part) for part in parts)

    ids = resolve(resources.output("BystanderInstanceIds"))
    hosts = resources.of("AWS::EC2::Instance").items()
    assert sorted(ids.split(",")) == (
        sorted(f"<{name}>" for name, host in hosts if host.get("Condition") in wanted) or [""]
    )


def test_names_give_nothing_away(resources: Resources) -> None:
    """Logical ids end up in tags, bucket and role names, which learners read."""
    telling = ("attack", "bystander", "compromis", "drop", "harmless", "victim")
    assert [name for name in resources.all if any(word in name.lower() for word in telling)] == []

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.account.resources import Resources, attribute, joined, listed

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


def test_the_compromised_host_hangs_on_the_known_interface(resources: Resources) -> None:
    """Its interface, group and subnet are the template's, and stated on the interface alone."""
    interface = resources.behind("InterfaceId")
    host = compromised(resources)
    assert host["NetworkInterfaces"] == [{"DeviceIndex": "0", "NetworkInterfaceId": {"Ref": interface}}]
    assert not host.keys() & {"SecurityGroupIds", "SecurityGroups", "SubnetId"}
    assert resources.only("AWS::EC2::NetworkInterface") == {
        "GroupSet": [attribute(resources.behind("SecurityGroupId"), "GroupId")],
        "SubnetId": {"Ref": resources.behind("SubnetId")},
    }


def test_the_compromised_host_reaches_aws_before_it_boots(resources: Resources) -> None:
    """An interface made before its instance gets no public address by itself: an elastic one is there first."""
    ((address, _),) = resources.of("AWS::EC2::EIP").items()
    ((association, about),) = resources.of("AWS::EC2::EIPAssociation").items()
    assert about["Properties"] == {
        "AllocationId": attribute(address, "AllocationId"),
        "NetworkInterfaceId": {"Ref": resources.behind("InterfaceId")},
    }
    assert association in resources.all[resources.behind("InstanceId")]["DependsOn"]


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


def test_the_compromised_role_may_what_the_story_draws_from(resources: Resources) -> None:
    """Whole policy: some looking around, and writing to one bucket. All else leaves denials."""
    drop = attribute(resources.behind("DropBucket"), "Arn")
    looks, lists, puts = resources.statements(resources.behind("InstanceRoleArn"))
    assert looks == {
        "Effect": "Allow",
        "Resource": "*",
        "Action": [
            "cloudtrail:DescribeTrails",
            "dynamodb:ListTables",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeImages",
            "ec2:DescribeInstances",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeRegions",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSnapshots",
            "ec2:DescribeSubnets",
            "ec2:DescribeVolumes",
            "ec2:DescribeVpcs",
            "iam:ListAccountAliases",
            "kms:ListAliases",
            "lambda:ListFunctions",
            "logs:DescribeLogGroups",
            "s3:ListAllMyBuckets",
        ],
    }
    assert lists == {"Effect": "Allow", "Resource": drop, "Action": ["s3:GetBucketLocation", "s3:ListBucket"]}
    assert puts == {"Effect": "Allow", "Resource": joined(drop, "/*"), "Action": "s3:PutObject"}


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
    """A host, its profile and its role share one condition; nothing else depends on one."""
    kinds: dict[str, set[str]] = {}
    for resource in resources.all.values():
        if "Condition" in resource:
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

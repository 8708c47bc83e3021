"""Describes that lag behind changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.local.aws import lag
from infra.local.aws.settings import settings, use
from infra.local.faults import Fault, Faults


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`later(seconds)` has it be so much later for the lag."""
    now = [1000.0]
    monkeypatch.setattr(lag, "monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def lagging(**changes: Any) -> None:
    """Put such settings in force; each test starts with fresh ones."""
    use(replace(settings(), **changes))


def test_a_describe_does_not_see_a_change_at_once(aws: Any, refused: Any, later: Any) -> None:
    """With eventual consistency, what was made a moment ago is not there yet, and what was changed is as before."""
    lagging(eventual_consistency=5.0)
    network, ec2 = aws.network(), aws.client("ec2")
    assert refused(ec2.describe_vpcs, VpcIds=[network.vpc])[0] == "InvalidVpcID.NotFound"
    later(6)
    assert len(ec2.describe_vpcs(VpcIds=[network.vpc])["Vpcs"]) == 1
    ec2.modify_network_interface_attribute(NetworkInterfaceId=network.interface, Groups=[network.other_group])
    seen = [aws.interface(network.interface)["Groups"][0]["GroupId"]]
    later(6)
    seen.append(aws.interface(network.interface)["Groups"][0]["GroupId"])
    assert seen == [network.group, network.other_group]


def test_changes_are_about_the_present(aws: Any, later: Any) -> None:
    """A change builds on what describes do not show yet, and each describe sees its own moment."""
    lagging(eventual_consistency=5.0)
    ec2 = aws.client("ec2")

    def groups() -> list[str]:
        found = ec2.describe_security_groups(Filters=[{"Name": "description", "Values": ["lag"]}])["SecurityGroups"]
        return sorted(group["GroupName"] for group in found)

    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    later(3)
    ec2.create_security_group(GroupName="one", Description="lag", VpcId=vpc)
    later(3)
    ec2.create_security_group(GroupName="two", Description="lag", VpcId=vpc)
    seen = [groups()]
    for _ in range(3):
        later(2.5)
        seen.append(groups())
    assert seen == [[], ["one"], ["one", "two"], ["one", "two"]]


def test_an_organiser_lets_some_describes_lag(aws: Any, later: Any) -> None:
    """A fault strikes the operation that it is about, so many times; other accounts are as ever."""
    faults = Faults()
    lagging(faults=faults)
    faults.add(aws.id, Fault(kind="lag", operation="ec2:DescribeVpcs", times=1, seconds=30))
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert len(ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsSupport")["VpcId"]) == len(vpc)
    shown = [[found["VpcId"] for found in ec2.describe_vpcs()["Vpcs"]].count(vpc) for _ in range(2)]
    assert (shown, faults.shown(aws.id)[0]["struck"]) == ([0, 1], 1)


def test_without_a_lag_nothing_is_kept(aws: Any) -> None:
    """A lab as it comes shows every change at once, and copies nothing."""
    before = len(lag._kept)
    network = aws.network()
    assert aws.interface(network.interface)["Groups"][0]["GroupId"] == network.group
    assert len(lag._kept) == before

from __future__ import annotations

from collections.abc import Sequence

from grader.evidence.account import account, client
from grader.evidence.bundle import Resource
from infra.deploy.state import Team


def ids(resources: Sequence[Resource], name: str) -> list[str]:
    return [resource[name] for resource in resources]


def test_the_whole_account_is_seen(team: Team) -> None:
    """Every instance with what belongs to it, in an order of its own; the same when asked again."""
    stage, ec2 = team.stage, client(team.access.session())
    shown = account(ec2)
    assert set(ids(shown.instances, "InstanceId")) == {stage.instance_id, *stage.bystander_instance_ids}
    assert stage.volume_id in ids(shown.volumes, "VolumeId")
    assert stage.interface_id in ids(shown.interfaces, "NetworkInterfaceId")
    assert stage.security_group_id in ids(shown.groups, "GroupId")
    for resources, name in (
        (shown.instances, "InstanceId"),
        (shown.volumes, "VolumeId"),
        (shown.interfaces, "NetworkInterfaceId"),
        (shown.groups, "GroupId"),
    ):
        assert ids(resources, name) == sorted(ids(resources, name))
    assert account(ec2) == shown
    assert shown.instance(stage.instance_id) in shown.instances
    assert shown.instance("i-0") is None


def test_no_call_names_anything(team: Team) -> None:
    """CloudTrail shows a learner what is asked, and which instance matters is theirs to find."""
    asked: list[dict[str, object]] = []
    ec2 = client(team.access.session())
    ec2.meta.events.register("provide-client-params.ec2.*", lambda params, **_: asked.append(params))
    account(ec2)
    assert asked == [{}, {}, {"OwnerIds": ["self"]}, {}, {}]

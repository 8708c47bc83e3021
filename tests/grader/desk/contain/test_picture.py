from __future__ import annotations

from typing import Any

from grader.containment.rules import Rule
from grader.desk.contain.picture import Group, Interface, Machine, Picture, Snapshot, Volume, machines, picture
from grader.desk.watched import Seen, remembered
from grader.evidence.account import Account
from tests.grader.scenes import CREATED, STAGE, permission

ALL_OUT = Rule(egress=True, protocol="-1", ports="", peer="0.0.0.0/0")


def instance(id_: str, name: str, state: str = "running", volume: str = "", interface: str = "") -> dict[str, Any]:
    return {
        "InstanceId": id_,
        "State": {"Name": state},
        "Tags": [{"Key": "Name", "Value": name}] if name else [],
        "BlockDeviceMappings": [{"Ebs": {"VolumeId": volume}}] if volume else [],
        "NetworkInterfaces": [{"NetworkInterfaceId": interface}] if interface else [],
        **({"VpcId": "vpc-1"} if volume else {}),
    }


def interface(id_: str, group: str, status: str = "in-use") -> dict[str, Any]:
    groups = [{"GroupId": group, "GroupName": f"name of {group}"}]
    return {"NetworkInterfaceId": id_, "Status": status, "PrivateIpAddress": "10.0.0.4", "Groups": groups}


def group(id_: str, *egress: dict[str, Any], ingress: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"GroupId": id_, "IpPermissions": list(ingress), "IpPermissionsEgress": list(egress)}


WEB = instance("i-web", "web", volume="vol-web", interface="eni-web")
API = instance("i-api", "api", volume="vol-api", interface="eni-api")
ACCOUNT = Account(
    instances=(WEB, API, instance("i-none", "")),
    volumes=({"VolumeId": "vol-web", "Size": 8, "State": "in-use"},),
    interfaces=(interface("eni-web", "sg-open"), interface("eni-api", "sg-shut")),
    groups=(group("sg-open", permission()), group("sg-shut", permission("127.0.0.1/32"))),
)


def seen(account: Account, before: Seen | None = None) -> Seen:
    return remembered(before or Seen(), account, CREATED)


def test_machines_stand_by_name() -> None:
    """Whichever was made first."""
    assert [machine.id for machine in machines(ACCOUNT)] == ["i-none", "i-api", "i-web"]


def test_an_instance_is_drawn_with_all_that_is_its() -> None:
    """Its disk, its interface with the rules that let anything pass, and the others around it."""
    web = Group(id="sg-open", name="name of sg-open", inwards=(), outwards=(ALL_OUT,))
    assert picture(seen(ACCOUNT), ACCOUNT, "i-web") == Picture(
        instance=Machine(id="i-web", name="web", state="running"),
        vpc="vpc-1",
        volumes=(Volume(id="vol-web", size=8, state="in-use", snapshots=()),),
        interfaces=(Interface(id="eni-web", address="10.0.0.4", state="in-use", groups=(web,)),),
        neighbours=(Machine(id="i-none", name="", state="running"), Machine(id="i-api", name="api", state="running")),
    )
    assert not web.closed


def test_a_rule_to_the_instance_itself_lets_nothing_out() -> None:
    """Its group counts as closed, and the interface as cut off."""
    (drawn,) = picture(seen(ACCOUNT), ACCOUNT, "i-api").interfaces
    assert (drawn.groups[0].closed, drawn.cut) == (True, True)
    assert not Interface(id="eni-0", address="", state="gone", groups=()).cut


def test_snapshots_stand_by_the_time_they_were_taken() -> None:
    """With how far they are; those of other volumes are left out."""
    taken = [
        {"SnapshotId": "snap-2", "VolumeId": "vol-web", "State": "pending", "Progress": "45%", "StartTime": "2"},
        {"SnapshotId": "snap-1", "VolumeId": "vol-web", "State": "completed", "StartTime": "1"},
        {"SnapshotId": "snap-0", "VolumeId": "vol-api", "State": "completed", "StartTime": "0"},
    ]
    account = Account(instances=(WEB,), snapshots=tuple(taken))
    (volume,) = picture(seen(account), account, "i-web").volumes
    assert volume.snapshots == (
        Snapshot(id="snap-1", state="completed", progress=""),
        Snapshot(id="snap-2", state="pending", progress="45%"),
    )


def test_what_an_ended_instance_no_longer_shows_is_drawn_as_it_was() -> None:
    """Its disk and its interface are gone, or let go."""
    ended = Account(instances=(instance("i-web", "web", "terminated"),), interfaces=(interface("eni-web", "sg-shut"),))
    drawn = picture(seen(ended, seen(ACCOUNT)), ended, "i-web")
    assert (drawn.instance, drawn.instance.over, drawn.vpc) == (
        Machine(id="i-web", name="web", state="terminated"),
        True,
        "vpc-1",
    )
    assert [(volume.id, volume.state) for volume in drawn.volumes] == [("vol-web", "gone")]
    assert [(i.id, i.state) for i in drawn.interfaces] == [("eni-web", "in-use")]


def test_the_compromised_instance_is_drawn_by_what_it_was_deployed_with() -> None:
    """Also where EC2 shows nothing of it, and nobody looked before."""
    drawn = picture(seen(Account()), Account(), STAGE.instance_id, STAGE)
    assert (drawn.instance, drawn.vpc) == (Machine(id=STAGE.instance_id, name="", state="gone"), STAGE.vpc_id)
    assert [volume.id for volume in drawn.volumes] == [STAGE.volume_id]
    assert [i.id for i in drawn.interfaces] == [STAGE.interface_id]

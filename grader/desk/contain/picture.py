"""One instance as a small picture: its disks and their snapshots, its interfaces and their groups, its neighbours.

Pure, and the same for every instance: nothing here knows which one is the compromised one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.containment.rules import Rule, shown
from grader.desk.watched import Seen
from grader.evidence.account import Account
from grader.evidence.bundle import Resource
from scenario.stage import Stage

GONE = "gone"
"""The state of what EC2 does not show any more; all other states are EC2's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An instance."""

    id: str
    name: str  # its tag; "" without one
    state: str

    @property
    def over(self) -> bool:
        """Whether it has ended, or is about to."""
        return self.state in {"shutting-down", "terminated", GONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A snapshot of a volume."""

    id: str
    state: str
    progress: str  # "45%", "" where EC2 does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume that the instance has, or had when it was last seen alive."""

    id: str
    size: int | None  # GiB
    state: str
    snapshots: tuple[Snapshot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A security group with the rules by which anything passes."""

    id: str
    name: str
    inwards: tuple[Rule, ...]
    outwards: tuple[Rule, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing passes."""
        return not self.inwards and not self.outwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A network interface that the instance has or had, with the groups it is in."""

    id: str
    address: str  # "" where EC2 does not show it
    state: str
    groups: tuple[Group, ...]

    @property
    def cut(self) -> bool:
        """Whether nothing gets in or out."""
        return bool(self.groups) and all(group.closed for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that is drawn."""

    instance: Machine
    vpc: str  # "" where EC2 does not show it
    volumes: tuple[Volume, ...]
    interfaces: tuple[Interface, ...]
    neighbours: tuple[Machine, ...]


def machines(account: Account) -> tuple[Machine, ...]:
    """Every instance of the account, by name."""
    return tuple(sorted(map(_machine, account.instances), key=lambda machine: (machine.name, machine.id)))


def picture(seen: Seen, account: Account, instance_id: str, stage: Stage | None = None) -> Picture:
    """The instance as EC2 shows it, with what it was last seen to have where it shows that no more.

    `stage` adds what the instance was deployed with; it is given for the compromised instance alone, once that is told.
    """
    now = account.instance(instance_id)
    was = now if now and now.get("BlockDeviceMappings") else seen.attached.get(instance_id) or now or {}
    volumes = [m["Ebs"]["VolumeId"] for m in was.get("BlockDeviceMappings", ()) if "Ebs" in m]
    interfaces = [i["NetworkInterfaceId"] for i in was.get("NetworkInterfaces", ())]
    if stage:
        volumes, interfaces = [*volumes, stage.volume_id], [*interfaces, stage.interface_id]
    instance = _machine(now or {**was, "InstanceId": instance_id, "State": {"Name": GONE}})
    return Picture(
        instance=instance,
        vpc=was.get("VpcId") or (stage.vpc_id if stage else ""),
        volumes=tuple(_volume(account, id_) for id_ in dict.fromkeys(volumes)),
        interfaces=tuple(_interface(account, id_) for id_ in dict.fromkeys(interfaces)),
        neighbours=tuple(machine for machine in machines(account) if machine.id != instance_id),
    )


def _machine(instance: Resource) -> Machine:
    names = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
    return Machine(id=instance["InstanceId"], name=names.get("Name", ""), state=instance["State"]["Name"])


def _volume(account: Account, volume_id: str) -> Volume:
    now = _found(account.volumes, "VolumeId", volume_id)
    taken = sorted((s for s in account.snapshots if s["VolumeId"] == volume_id), key=lambda s: str(s["StartTime"]))
    return Volume(
        id=volume_id,
        size=now.get("Size"),
        state=now.get("State", GONE),
        snapshots=tuple(Snapshot(id=s["SnapshotId"], state=s["State"], progress=s.get("Progress", "")) for s in taken),
    )


def _interface(account: Account, interface_id: str) -> Interface:
    now = _found(account.interfaces, "NetworkInterfaceId", interface_id)
    return Interface(
        id=interface_id,
        address=now.get("PrivateIpAddress", ""),
        state=now.get("Status", GONE),
        groups=tuple(_group(account, group) for group in now.get("Groups", ())),
    )


def _group(account: Account, named: Mapping[str, str]) -> Group:
    rules = shown(
        {"IpPermissions": [], "IpPermissionsEgress": [], **_found(account.groups, "GroupId", named["GroupId"])}
    )
    open_ = sorted(rule for rule in rules if rule.open)
    return Group(
        id=named["GroupId"],
        name=named.get("GroupName", ""),
        inwards=tuple(rule for rule in open_ if not rule.egress),
        outwards=tuple(rule for rule in open_ if rule.egress),
    )


def _found(resources: Iterable[Resource], id_: str, wanted: str) -> Resource:
    return next((resource for resource in resources if resource[id_] == wanted), {})

"""A terminated instance has let go of everything, cannot be changed, and disappears after about an hour.

AWS: a terminated instance shows no groups, interfaces, volumes, VPC, subnet or addresses, but its state reason;
interfaces made at launch are deleted with it, others become available; it cannot be started, stopped, rebooted or
modified; terminating it again succeeds with the state it has; it "remains visible for approximately one hour"
(TerminateInstances in the EC2 API reference; shape and messages are those of answers seen in the wild).
Bare moto: groups and interfaces stay, interfaces stay in use, StartInstances revives it, everything else is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import Attachment
from moto.ec2.models.instances import Instance, InstanceState, Reservation, StateReason
from moto.ec2.responses.instances import InstanceResponse

VISIBLE_FOR: Final = timedelta(hours=1)
TERMINATED: Final = 48

# What AWS says when a terminated instance is asked to change its state, by operation.
NOT_IN_A_STATE: Final = {
    "start": "The instance '{}' is not in a state from which it can be started.",
    "stop": "This instance '{}' is not in a state from which it can be stopped.",
    "reboot": "The instance '{}' is not in a state from which it can be rebooted.",
    "modify": "The instance '{}' is not in a state from which it can be modified.",
}


class MortalInstance(Instance):
    """An instance that lets go of its interfaces and addresses when it is terminated."""

    terminated_at: datetime | None = None
    _why: StateReason | None = None

    @property
    def state_reason(self) -> Any:
        """Why it is stopped or terminated; None while it runs, where moto has an empty reason."""
        return self._why if self._why and self._why.code else None

    @state_reason.setter
    def state_reason(self, reason: StateReason) -> None:
        self._why = reason

    def terminate(self) -> InstanceState:
        """Terminate, or do nothing if that was done before. Returns the state that it had."""
        if self.terminated_at:
            return copy(self._state)
        self._let_go_of_interfaces()
        previous = super().terminate()
        self.terminated_at = utcnow()
        self._reason = f"User initiated ({self.terminated_at:%Y-%m-%d %H:%M:%S} GMT)"
        self.metadata_options.state = "pending"
        return previous

    def _let_go_of_interfaces(self) -> None:
        subnet = self.ec2_backend.get_subnet(self.subnet_id)
        for interface in list(self.nics.values()):
            interface.stop()
            self.detach_eni(interface)
            if interface.delete_on_termination:
                interface.delete()
        for address in self.ec2_backend.addresses:
            if address.instance is self:
                address.instance = None
        for ip in self._private_ips:
            subnet.del_subnet_ip(ip)
        self._private_ips.clear()
        self._subnet_id = None
        self.security_groups = []

    @property
    def private_ip(self) -> str | None:
        """The primary private address; None once terminated."""
        return super().private_ip if self.nics else None

    @property
    def private_ip_address(self) -> str | None:
        """As `private_ip`."""
        return self.private_ip

    @property
    def public_ip(self) -> str | None:
        """The public address; None once terminated."""
        return super().public_ip if self.nics else None

    @property
    def public_ip_address(self) -> str | None:
        """As `public_ip`."""
        return self.public_ip

    @property
    def private_dns_name(self) -> str:
        """The private name; empty once terminated, as AWS shows it."""
        return super().private_dns_name if self.nics else ""

    @property
    def public_dns_name(self) -> str | None:
        """The public name; empty where there is no public address, as AWS shows it."""
        return (super().public_dns_name if self.nics else None) or ""


class Terminated(EC2Backend):
    """What a backend refuses a terminated instance, and for how long it shows one."""

    def all_reservations(self, filters: Any = None) -> list[Reservation]:
        """As moto's, without instances whose termination is more than `VISIBLE_FOR` ago."""
        now = utcnow()
        oldest = now - VISIBLE_FOR
        reservations = super().all_reservations(filters)
        for reservation in reservations:
            reservation.instances = [i for i in reservation.instances if (_ended(i) or now) > oldest]
        return [reservation for reservation in reservations if reservation.instances]

    def start_instances(self, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        """Raises IncorrectInstanceState."""
        _refuse_terminated(self.get_multi_instances_by_id(instance_ids), "start")
        return super().start_instances(instance_ids)

    def stop_instances(self, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        """Raises IncorrectInstanceState."""
        _refuse_terminated(self.get_multi_instances_by_id(instance_ids), "stop")
        return super().stop_instances(instance_ids)

    def reboot_instances(self, instance_ids: list[str]) -> list[Instance]:
        """Raises IncorrectInstanceState."""
        _refuse_terminated(self.get_multi_instances_by_id(instance_ids), "reboot")
        return super().reboot_instances(instance_ids)

    def modify_instance_attribute(self, instance_id: str, key: str, value: Any) -> Instance:
        """Raises IncorrectInstanceState."""
        _refuse_terminated([self.get_instance(instance_id)], "modify")
        return super().modify_instance_attribute(instance_id, key, value)

    def modify_instance_security_groups(self, instance_id: str, new_group_id_list: list[str]) -> Instance:
        """Raises InvalidInstanceID, which is what the network side of EC2 calls it."""
        _refuse_networking(self.get_instance(instance_id))
        return super().modify_instance_security_groups(instance_id, new_group_id_list)

    def attach_network_interface(self, eni_id: str, instance_id: str, device_index: int) -> Attachment:
        """Raises InvalidInstanceID."""
        _refuse_networking(self.get_instance(instance_id))
        return super().attach_network_interface(eni_id, instance_id, device_index)


class TerminatedAnswer(InstanceResponse):
    """What TerminateInstances answers about an instance that was terminated already."""

    def terminate_instances(self) -> ActionResult:
        """As moto's, except that a terminated instance does not shut down once more."""
        answer = super().terminate_instances()
        for change in answer.result["TerminatingInstances"]:  # type: ignore[index]
            if change["PreviousState"].code == TERMINATED:
                change["CurrentState"] = {"Code": TERMINATED, "Name": "terminated"}
        return answer


def _ended(instance: Instance) -> datetime | None:
    assert isinstance(instance, MortalInstance), "every instance is made by the mended class"
    return instance.terminated_at


def _refuse_terminated(instances: Iterable[Instance], operation: str) -> None:
    for instance in instances:
        if _ended(instance):
            raise EC2ClientError("IncorrectInstanceState", NOT_IN_A_STATE[operation].format(instance.id))


def _refuse_networking(instance: Instance) -> None:
    if _ended(instance):
        raise EC2ClientError(
            "InvalidInstanceID",
            f"The terminated instance '{instance.id}' is not in a valid state for this operation.",
        )

"""What AWS tells of instances, interfaces and volumes, above all while they are new.

AWS: RunInstances answers of an instance that is pending: its interfaces are attaching, its volumes are not there yet;
every instance shows its processors, boot mode and options. The values are those of answers seen in the wild for
Amazon Linux 2023 on Nitro.
Bare moto: everything is attached at once, and none of these options is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance
from moto.ec2.responses._base_response import EC2BaseResponse

LAUNCHED: Final = "RunInstances.Reservation.Instances.Instance."
MADE: Final = "CreateNetworkInterface.CreateNetworkInterfaceResult.NetworkInterface."

# Where in which answer, and what is shown there whatever moto has; None is nothing.
FRESH: Final[Mapping[str, Any]] = {
    f"{LAUNCHED}StateReason": {"Code": "pending", "Message": "pending"},
    f"{LAUNCHED}BlockDeviceMappings": [],
    f"{LAUNCHED}MetadataOptions.State": "pending",
    f"{LAUNCHED}NetworkInterfaces.InstanceNetworkInterface.Attachment.Status": "attaching",
    f"{MADE}Status": "pending",
    "CreateVolume.Volume.State": "creating",
    "CreateVolume.Volume.Attachments": None,
    "CreateVolume.Volume.MultiAttachEnabled": False,
}


class DescribedInstance(Instance):
    """An instance with its options."""

    ena_support = True
    boot_mode = "uefi-preferred"
    current_instance_boot_mode = "uefi"
    platform_details = "Linux/UNIX"
    usage_operation = "RunInstances"
    capacity_reservation_specification: Final = {"CapacityReservationPreference": "open"}
    enclave_options: Final = {"Enabled": False}
    maintenance_options: Final = {"AutoRecovery": "default", "RebootMigration": "default"}
    private_dns_name_options: Final = {
        "HostnameType": "ip-name",
        "EnableResourceNameDnsARecord": False,
        "EnableResourceNameDnsAAAARecord": False,
    }

    @property
    def cpu_options(self) -> dict[str, int] | None:
        """Cores and threads of its type; None for a type that moto does not know."""
        processors = INSTANCE_TYPES.get(self.instance_type, {}).get("VCpuInfo")
        if processors is None:
            return None
        return {"CoreCount": processors["DefaultCores"], "ThreadsPerCore": processors["DefaultThreadsPerCore"]}


class FreshAnswers(EC2BaseResponse):
    """Answers about what was made by the call itself."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER: dict[str, Callable[[Any], Any]] = {  # noqa: RUF012 - moto's is one of instances
        **EC2BaseResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER,
        **{path: lambda _, shown=shown: shown for path, shown in FRESH.items()},  # type: ignore[misc]
        "Instances.Instance.HibernationOptions": lambda options: options or {"Configured": False},
    }

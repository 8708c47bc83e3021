"""The public images and the parameters that name them: Amazon Linux 2023, in every region.

AWS: the public parameters under /aws/service/ami-amazon-linux-latest name the newest images of each region.
Bare moto: 1,300 images, volumes and snapshots for each account and region, 65 ms and 4 MB each time; no parameter in
the newest regions and GovCloud; every image has one 15 GiB volume of an old kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ssm.models import Parameter, ParameterDict
from moto.utilities.utils import load_resource

FOLDER: Final = "/aws/service/ami-amazon-linux-latest/"
ARCHITECTURES: Final = ("x86_64", "arm64")
AMAZON: Final = "137112412989"
ROOT_GIB: Final = 8
# State of a snapshot, and what an image is then; what comes first counts.
WAITING: Final = {"error": "failed", "pending": "pending"}


class PublicImage(Ami):
    """An image whose devices are Amazon Linux 2023's, or those that it was given."""

    devices: list[dict[str, Any]] | None = None
    snapshots: Sequence[Snapshot] = ()  # that it waits for

    @property
    def state(self) -> str:
        """The state: "pending" or "failed" as its snapshots are, else the one that it was given."""
        states = {snapshot.status for snapshot in self.snapshots}
        return next((shown for state, shown in WAITING.items() if state in states), self._given_state)

    @state.setter
    def state(self, given: str) -> None:
        self._given_state = given

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        """The devices as DescribeImages shows them."""
        return self.devices or [root_device(self.root_device_name, self.ebs_snapshot.id)]


class FewImages(EC2Backend):
    """A backend that knows the current Amazon Linux 2023 images and no others."""

    def _load_amis(self) -> None:
        for architecture in ARCHITECTURES:
            image = PublicImage(
                self,
                image_id(self.region_name, architecture),
                name=f"al2023-ami-2023.12.20260930.0-kernel-6.18-{architecture}",
                description=f"Amazon Linux 2023 AMI 2023.12.20260930.0 {architecture} HVM kernel-6.18",
                owner_id=AMAZON,
                owner_alias="amazon",
                public=True,
                virtualization_type="hvm",
                architecture=architecture,
                hypervisor="xen",
                root_device_type="ebs",
                root_device_name="/dev/xvda",
                region_name=f"{self.region_name}a",
            )
            image.ebs_snapshot.volume.size = ROOT_GIB
            self.amis[image.id] = image


class EveryRegion(ParameterDict):
    """Public parameters that name those images in every region, also where moto has none."""

    def _load_latest_amis(self) -> None:
        super()._load_latest_amis()
        for architecture in ARCHITECTURES:
            name = parameter_name(architecture)
            if not self.get(name):  # by way of dict: this class's own look-up would load once more
                dict.setdefault(self, name, []).append(_parameter(self, name, image_id(self.region_name, architecture)))


def parameter_name(architecture: str) -> str:
    """The public parameter that names the newest Amazon Linux 2023 image with its default kernel."""
    return f"{FOLDER}al2023-ami-kernel-default-{architecture}"


@cache
def image_id(region: str, architecture: str) -> str:
    """The image that the public parameter names in a region: moto's where it has one, else one made up from both."""
    try:
        known = load_resource(f"ssm/resources/ami-amazon-linux-latest/{region}.json")
    except FileNotFoundError:
        known = []
    named = {parameter["Name"]: str(parameter["Value"]) for parameter in known}
    made_up = "ami-0" + hashlib.sha256(f"{region}/{architecture}".encode()).hexdigest()[:16]
    return named.get(parameter_name(architecture), made_up)


def root_device(name: str | None, snapshot_id: str) -> dict[str, Any]:
    """Amazon Linux 2023's root device."""
    ebs = {"SnapshotId": snapshot_id, "VolumeSize": ROOT_GIB, "VolumeType": "gp3", "DeleteOnTermination": True}
    return {"DeviceName": name, "Ebs": {**ebs, "Encrypted": False}}


def _parameter(of: ParameterDict, name: str, value: str) -> Parameter:
    return Parameter(  # type: ignore[abstract]
        account_id=of.account_id,
        name=name,
        value=value,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow(),
        version=1,
        data_type="text",
    )

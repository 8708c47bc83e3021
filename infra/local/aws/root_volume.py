"""The root volume of an instance comes from its image.

AWS: an instance has the image's block devices, each changed by the mapping of the same name in the request: size and
type default to the image's, and the root volume is deleted on termination unless the mapping says otherwise.
Bare moto: without a mapping the root is /dev/sda1 whatever the image says; a mapping needs a size, and its volume is
kept unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Reservation
from moto.ec2.responses.instances import InstanceResponse


class RootVolumes(EC2Backend):
    """How a backend finds out which volumes an instance is launched with."""

    def run_instances(
        self, image_id: str, count: int, user_data: Any, security_group_names: list[str], **settings: Any
    ) -> Reservation:
        """As moto's, with the image's devices under those that were asked for."""
        image = self.amis.get(image_id)
        if image:
            asked = settings.get("block_device_mappings") or ()
            settings["block_device_mappings"] = merged(image.block_device_mappings, asked)
        return super().run_instances(image_id, count, user_data, security_group_names, **settings)


class UnstatedDevices(InstanceResponse):
    """RunInstances with the mappings as they were sent, so that what was not stated can come from the image."""

    def _parse_block_device_mapping(self) -> list[dict[str, Any]]:
        parsed = super()._parse_block_device_mapping()
        for mapping, sent in zip(parsed, self._get_param("BlockDeviceMappings", []), strict=True):
            mapping["Ebs"]["DeleteOnTermination"] = sent.get("Ebs", {}).get("DeleteOnTermination")
        return parsed


def merged(image: Iterable[Mapping[str, Any]], asked: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The mappings of a launch: the image's, then the new ones; what is asked for wins field by field."""
    devices = {mapping["DeviceName"]: dict(mapping) for mapping in image}
    for mapping in asked:
        below = devices.get(mapping["DeviceName"], {})
        ebs = {**below.get("Ebs", {}), **_stated(mapping.get("Ebs", {}))}
        devices[mapping["DeviceName"]] = {**below, **_stated(mapping), "Ebs": ebs}
    return list(devices.values())


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

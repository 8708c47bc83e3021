"""Volumes that are not there, and volumes that are detached.

AWS: DescribeVolumes names those that it does not find; DetachVolume needs no instance.
Bare moto: names all that were asked for, as Python writes a set; fails without an instance.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Volume, VolumeAttachment


class Volumes(EC2Backend):
    """How a backend finds volumes."""

    def describe_volumes(self, volume_ids: list[str] | None = None, filters: Any = None) -> list[Volume]:
        """As moto's. Raises InvalidVolume.NotFound."""
        unknown = [one for one in volume_ids or () if one not in self.volumes]
        if unknown:
            said = f"volume '{unknown[0]}' does" if len(unknown) == 1 else f"volumes '{', '.join(unknown)}' do"
            raise EC2ClientError("InvalidVolume.NotFound", f"The {said} not exist.")
        return super().describe_volumes(volume_ids, filters)

    def detach_volume(self, volume_id: str, instance_id: str | None, device_path: str) -> VolumeAttachment:
        """As moto's, from the instance that it is attached to. Raises IncorrectState for a volume that is not."""
        attachment = self.get_volume(volume_id).attachment
        if attachment is None:
            raise EC2ClientError("IncorrectState", f"Volume '{volume_id}' is in the 'available' state.")
        return super().detach_volume(volume_id, instance_id or attachment.instance.id, device_path)

"""CreateImage makes snapshots of the instance's real volumes.

AWS: the image has one device for each volume of the instance, backed by a snapshot of that volume, described as
"Created by CreateImage(instance) for image"; tags may be given for the image and for the snapshots; the image is
pending until they are completed, and failed if one of them fails.
Bare moto: available at once; one snapshot of a new 15 GiB volume that nobody has seen; tags for snapshots are not
implemented.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.instances import Instance

from infra.local.aws.public_images import PublicImage


class InstanceImages(EC2Backend):
    """How a backend makes an image of an instance."""

    def create_image(
        self, instance_id: str, name: str, description: str, tag_specifications: list[dict[str, Any]]
    ) -> Ami:
        """An image of that instance, with a snapshot of each of its volumes."""
        instance = self.get_instance(instance_id)
        of_image = [spec for spec in tag_specifications if spec["ResourceType"] != "snapshot"]
        of_snapshot = [tag for spec in tag_specifications if spec not in of_image for tag in spec["Tags"]]
        image = super().create_image(instance_id, name, description, of_image)
        assert isinstance(image, PublicImage)
        self.snapshots.pop(image.ebs_snapshot.id)
        image.root_device_name, image.root_device_type = instance.root_device_name, "ebs"
        image.hypervisor = instance.hypervisor
        image.devices = [_device(self, image, instance, path, of_snapshot) for path in instance.block_device_mapping]
        image.snapshots = [self.snapshots[device["Ebs"]["SnapshotId"]] for device in image.devices]
        return image


def _device(backend: EC2Backend, image: Ami, instance: Instance, path: str, tags: list[Any]) -> dict[str, Any]:
    attached = instance.block_device_mapping[path]
    snapshot = backend.create_snapshot(
        attached.volume_id, f"Created by CreateImage({instance.id}) for {image.id}", from_ami=image.id
    )
    snapshot.add_tags({tag["Key"]: tag["Value"] for tag in tags})
    ebs = {
        "SnapshotId": snapshot.id,
        "VolumeSize": snapshot.volume.size,
        "VolumeType": snapshot.volume.volume_type,
        "DeleteOnTermination": attached.delete_on_termination,
        "Encrypted": snapshot.encrypted,
    }
    return {"DeviceName": path, "Ebs": ebs}

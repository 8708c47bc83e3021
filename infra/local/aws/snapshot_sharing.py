"""Who else may make volumes of a snapshot, and instances of an image.

AWS: ModifySnapshotAttribute takes accounts and the group "all" as lists with an operation, or as changes
(CreateVolumePermission.Add, .Remove); ResetSnapshotAttribute takes them all away (EC2 API reference). What the
account's own key for EBS encrypts is shared with nobody, an image of it neither: other accounts could not decrypt it
(EBS user guide, share a snapshot; the words are those that DataDog/stratus-red-team, issue 109, and hashicorp/packer,
issues 7410 and 7499, were answered).
Bare moto: the changes are accepted and lost; there is no reset; everything may be shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.kms.models import kms_backends

from infra.local.aws.public_images import PublicImage

# The member of CreateVolumePermission, and the method of the backend that it stands for.
CHANGES: Final[Mapping[str, str]] = {
    "Add": "add_create_volume_permission",
    "Remove": "remove_create_volume_permission",
}
OWN_KEY: Final = "alias/aws/ebs"


class Sharing(EC2Backend):
    """How a backend shares snapshots and images."""

    def add_create_volume_permission(self, snapshot_id: str, user_ids: list[str], groups: list[str]) -> None:
        """As moto's. Raises OperationNotPermitted for what EBS's own key encrypts."""
        if (user_ids or groups) and self._has_own_key(self.get_snapshot(snapshot_id)):
            raise EC2ClientError("OperationNotPermitted", "Encrypted snapshots with EBS default key cannot be shared")
        super().add_create_volume_permission(snapshot_id, user_ids, groups)

    def modify_image_attribute(
        self,
        ami_id: str,
        launch_permissions_to_add: list[dict[str, str]],
        launch_permissions_to_remove: list[dict[str, str]],
    ) -> None:
        """As moto's. Raises InvalidParameter for an image of what EBS's own key encrypts."""
        (image,) = self.describe_images(ami_ids=[ami_id])
        held = image.snapshots if isinstance(image, PublicImage) else []
        if launch_permissions_to_add and any(self._has_own_key(snapshot) for snapshot in held):
            raise EC2ClientError(
                "InvalidParameter",
                "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
            )
        super().modify_image_attribute(ami_id, launch_permissions_to_add, launch_permissions_to_remove)

    def _has_own_key(self, snapshot: Snapshot) -> bool:
        own = kms_backends[self.account_id][self.region_name].get_key_id_from_alias(OWN_KEY)
        return bool(snapshot.encrypted) and str(snapshot.kms_key_id).rpartition("/")[2] == own


class SharingAnswers(ElasticBlockStore):
    """The operations on a snapshot's createVolumePermission."""

    def modify_snapshot_attribute(self) -> ActionResult:
        """As moto's, in both forms."""
        answer = super().modify_snapshot_attribute()
        changes: Mapping[str, Any] = self._get_param("CreateVolumePermission", {})
        for member, method in CHANGES.items():
            wanted = changes.get(member, ())
            users = [one["UserId"] for one in wanted if "UserId" in one]
            groups = [one["Group"] for one in wanted if "Group" in one]
            getattr(self.ec2_backend, method)(self._get_param("SnapshotId"), user_ids=users, groups=groups)
        return answer

    def reset_snapshot_attribute(self) -> ActionResult:  # type: ignore[override]  # moto raises NotImplementedError
        """ResetSnapshotAttribute."""
        self.error_on_dryrun()
        snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
        snapshot.create_volume_permission_userids.clear()
        snapshot.create_volume_permission_groups.clear()
        return EmptyResult()

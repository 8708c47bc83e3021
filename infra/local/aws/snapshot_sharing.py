"""Who else may make volumes of a snapshot.

AWS: ModifySnapshotAttribute takes accounts and the group "all" as lists with an operation, or as changes
(CreateVolumePermission.Add, .Remove); ResetSnapshotAttribute takes them all away (EC2 API reference).
Bare moto: the changes are accepted and lost; there is no reset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

# The member of CreateVolumePermission, and what a backend does about it.
CHANGES: Final[Mapping[str, Callable[..., None]]] = {
    "Add": EC2Backend.add_create_volume_permission,
    "Remove": EC2Backend.remove_create_volume_permission,
}


class SharingAnswers(ElasticBlockStore):
    """The operations on a snapshot's createVolumePermission."""

    def modify_snapshot_attribute(self) -> ActionResult:
        """As moto's, in both forms."""
        answer = super().modify_snapshot_attribute()
        changes: Mapping[str, Any] = self._get_param("CreateVolumePermission", {})
        for member, change in CHANGES.items():
            wanted = changes.get(member, ())
            users = [one["UserId"] for one in wanted if "UserId" in one]
            groups = [one["Group"] for one in wanted if "Group" in one]
            change(self.ec2_backend, self._get_param("SnapshotId"), user_ids=users, groups=groups)
        return answer

    def reset_snapshot_attribute(self) -> ActionResult:  # type: ignore[override]  # moto raises NotImplementedError
        """ResetSnapshotAttribute."""
        self.error_on_dryrun()
        snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
        snapshot.create_volume_permission_userids.clear()
        snapshot.create_volume_permission_groups.clear()
        return EmptyResult()

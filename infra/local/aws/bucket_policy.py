"""Bucket policies are the authoriser's business.

AWS: IAM evaluates a bucket's policy, conditions and all.
Bare moto: S3 itself looks at the policy of the bucket in every object call, conditions ignored, so that the usual
"deny what does not come by TLS" denies every call.
"""

from __future__ import annotations

from typing import Any, Final

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

BARE: Final = FakeBucket.get_permission


def mend() -> None:
    """Have moto's S3 leave permissions to whoever stands before it."""
    FakeBucket.get_permission = _neutral  # type: ignore[assignment, method-assign]


def _neutral(bucket: FakeBucket, action: str, resource: str) -> Any:
    return PermissionResult.NEUTRAL

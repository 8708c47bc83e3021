"""What lies in a bucket is encrypted.

AWS: since January 2023 every bucket without a choice of its own encrypts with S3's keys (SSE-S3), shows that rule to
GetBucketEncryption, and says so in the answer to each upload (S3 user guide, default encryption).
Bare moto: a bucket encrypts only once it is told to.
"""

from __future__ import annotations

from typing import Any, Final

from moto.s3 import models
from moto.s3.models import FakeBucket

SSE_S3: Final = {
    "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False},
}


class EncryptedBucket(FakeBucket):
    """A bucket that encrypts by the rule that it was given, or by S3's own."""

    _rule: dict[str, Any] | None = None

    @property
    def encryption(self) -> dict[str, Any]:
        """The rule in force."""
        return self._rule or SSE_S3

    @encryption.setter
    def encryption(self, rule: dict[str, Any] | None) -> None:
        self._rule = rule


def mend() -> None:
    """Have moto's S3 make such buckets."""
    setattr(models, "FakeBucket", EncryptedBucket)  # noqa: B010  # mypy: a class is not to be assigned

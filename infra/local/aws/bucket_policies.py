"""Policies of buckets are read before they are kept.

AWS: PutBucketPolicy refuses what is no policy as MalformedPolicy.
Bare moto: keeps any text; whoever asks for the bucket afterwards cannot be judged.
"""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from infra.local.authoriser.conditions import UnknownElementError
from infra.local.authoriser.policy import compile_policy
from infra.local.aws.failure import TRIPS

_put: Any = S3Backend.put_bucket_policy


def mend() -> None:
    """Have moto's S3 read them."""
    setattr(S3Backend, "put_bucket_policy", _checked)  # noqa: B010  # mypy: a method is not to be assigned


def _checked(backend: S3Backend, bucket_name: str, policy: bytes) -> None:
    try:
        compile_policy(f"policy of bucket {bucket_name}", policy.decode())
    except UnknownElementError:
        pass  # the authoriser says so when it is asked
    except TRIPS:
        raise S3ClientError("MalformedPolicy", "This policy contains invalid Json") from None
    _put(backend, bucket_name, policy)

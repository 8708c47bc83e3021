"""The bucket of a trail, as the trail meets it: it may be another account's, and its policy has to let CloudTrail in.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.utilities.utils import get_partition

from infra.local.authoriser.conditions import UnknownElementError, Values
from infra.local.authoriser.policy import Ask, Statement, compile_policy

SERVICE: Final = "cloudtrail.amazonaws.com"
STORED: Final[Mapping[str, str]] = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


class NoSuchBucketError(LookupError):
    """There is no such bucket in any account."""


class AccessDeniedError(PermissionError):
    """The bucket's policy does not let CloudTrail in. The message says why where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailBucket:
    """A bucket and the trail that delivers to it."""

    name: str
    trail_arn: str

    @property
    def _region(self) -> str:
        return self.trail_arn.split(":")[3]

    def check(self, prefix: str) -> None:
        """Raise NoSuchBucketError or AccessDeniedError unless log files can be delivered under this prefix."""
        bucket = self._bucket()[1]
        arn = f"arn:{get_partition(self._region)}:s3:::{self.name}"
        for ask in (
            Ask(action="s3:GetBucketAcl", resource=arn),
            Ask(action="s3:PutObject", resource=f"{arn}/{prefix}"),
        ):
            if not self._lets(bucket, ask):
                raise AccessDeniedError

    def put(self, key: str, content: bytes) -> None:
        """Store a gzipped log file. Raises NoSuchBucketError, AccessDeniedError."""
        self.check(key)
        backend, _ = self._bucket()
        backend.put_object(self.name, key, content).set_metadata(dict(STORED))

    def _bucket(self) -> tuple[S3Backend, FakeBucket]:
        partition = get_partition(self._region)
        owner = s3_backends.bucket_accounts.get(self.name)
        bucket = s3_backends[owner[1]][partition].buckets.get(self.name) if owner else None
        if owner is None or bucket is None:
            raise NoSuchBucketError
        return s3_backends[owner[1]][partition], bucket

    def _lets(self, bucket: FakeBucket, ask: Ask) -> bool:
        if not bucket.policy:
            return False
        try:
            policy = compile_policy(f"policy of bucket {self.name}", _text(bucket.policy))
            effects = {
                statement.effect
                for statement in policy.statements
                if _speaks_to_service(statement) and statement.speaks_of(ask, self._key)
            }
        except UnknownElementError as error:
            raise AccessDeniedError(f"local AWS does not know {error}") from error
        return effects == {"Allow"}

    def _key(self, name: str) -> Values | None:
        values = {
            "aws:principalisawsservice": "true",
            "aws:principalservicename": SERVICE,
            "aws:securetransport": "true",
            "aws:sourceaccount": self.trail_arn.split(":")[4],
            "aws:sourcearn": self.trail_arn,
            "aws:sourceorgid": None,
            "s3:x-amz-acl": "bucket-owner-full-control",
        }
        if name.lower() not in values:
            raise UnknownElementError(f"condition key {name} for a call of {SERVICE}")
        value = values[name.lower()]
        return (value,) if value is not None else None


def _speaks_to_service(statement: Statement) -> bool:
    principals = statement.principals or {}
    named = "*" in principals.get("AWS", ()) or bool({SERVICE, "*"} & set(principals.get("Service", ())))
    return named is not statement.not_principals


def _text(policy: bytes | str) -> str:
    return policy.decode() if isinstance(policy, bytes) else policy

"""Who people are in a lab's account: sessions of the roles that the stack made for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scenario.access import Credentials, open_session

if TYPE_CHECKING:
    import boto3

CHAINED = timedelta(hours=1)  # the longest session that AWS gives to a caller who is in a role already
WORKING_DAY = timedelta(hours=12)  # the longest that the learner's role allows
RENEW_BEFORE = timedelta(minutes=10)


def assume(
    session: boto3.Session, role_arn: str, name: str, *, external_id: str = "", duration: timedelta = CHAINED
) -> tuple[Credentials, datetime]:
    """A session of the role under this name, and when it expires (UTC). Raises botocore's ClientError."""
    extra: dict[str, Any] = {"ExternalId": external_id} if external_id else {}
    got = session.client("sts").assume_role(
        RoleArn=role_arn, RoleSessionName=name, DurationSeconds=int(duration.total_seconds()), **extra
    )["Credentials"]
    credentials = Credentials(
        access_key_id=got["AccessKeyId"],
        secret_access_key=got["SecretAccessKey"],
        session_token=got["SessionToken"],
    )
    return credentials, got["Expiration"]


def renewing(
    session: boto3.Session, role_arn: str, name: str, *, region: str, endpoint: str | None, external_id: str = ""
) -> Callable[[], boto3.Session]:
    """Gives a session of the role whenever it is called: the same one until shortly before it expires. Thread-safe."""
    lock = threading.Lock()
    current: boto3.Session | None = None
    expires = datetime.min.replace(tzinfo=UTC)

    def get() -> boto3.Session:
        nonlocal current, expires
        with lock:
            if current is None or datetime.now(UTC) > expires - RENEW_BEFORE:
                credentials, expires = assume(session, role_arn, name, external_id=external_id)
                current = open_session(credentials, region=region, endpoint=endpoint)
            return current

    return get

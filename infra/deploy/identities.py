"""Who people are in a lab's account: sessions of the roles that the stack made for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from scenario.access import Credentials, EndpointSession

if TYPE_CHECKING:
    import boto3

CHAINED = timedelta(hours=1)  # the longest session that AWS gives to a caller who is in a role already
WORKING_DAY = timedelta(hours=12)  # the longest that the learner's role allows
RENEW_BEFORE = timedelta(minutes=10)
TOO_LONG = "role chaining"  # in AWS's refusal of more than an hour to a caller who is in a role already


class Organiser(Protocol):
    """Whoever deployed a lab, as the state folder keeps them."""

    def session(self, *, region: str, endpoint: str | None) -> boto3.Session:
        """A boto3 session of theirs."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of the organiser's AWS configuration by its name; empty for whatever boto3 finds first."""

    profile: str

    def session(self, *, region: str | None, endpoint: str | None) -> boto3.Session:
        """A boto3 session of the profile, in its own region where none is given. Raises botocore's ProfileNotFound."""
        import boto3

        settings: dict[str, Any] = {"profile_name": self.profile or None, "region_name": region}
        return EndpointSession(endpoint=endpoint, **settings) if endpoint else boto3.Session(**settings)


def assume(
    session: boto3.Session, role_arn: str, name: str, *, external_id: str = "", duration: timedelta = CHAINED
) -> Credentials:
    """A session of the role under this name. Raises botocore's ClientError."""
    extra: dict[str, Any] = {"ExternalId": external_id} if external_id else {}
    got = session.client("sts").assume_role(
        RoleArn=role_arn, RoleSessionName=name, DurationSeconds=int(duration.total_seconds()), **extra
    )["Credentials"]
    return Credentials(
        access_key_id=got["AccessKeyId"],
        secret_access_key=got["SecretAccessKey"],
        session_token=got["SessionToken"],
        expires_at=got["Expiration"].astimezone(UTC),
    )


def learner_session(session: boto3.Session, role_arn: str, team: str) -> Credentials:
    """The longest session of the learner's role that AWS gives to this caller. Raises botocore's ClientError."""
    from botocore.exceptions import ClientError

    try:
        return assume(session, role_arn, team, duration=WORKING_DAY)
    except ClientError as error:
        if TOO_LONG not in str(error):
            raise
        return assume(session, role_arn, team, duration=CHAINED)


def nearly_over(credentials: Credentials) -> bool:
    """Whether a session should be renewed by now."""
    return credentials.expires_at is not None and datetime.now(UTC) > credentials.expires_at - RENEW_BEFORE


def renewing(
    organiser: Organiser, role_arn: str, name: str, *, region: str, endpoint: str | None, external_id: str = ""
) -> Callable[[], boto3.Session]:
    """Gives a session of the role whenever it is called: the same one until shortly before it expires. Thread-safe."""
    lock = threading.Lock()
    current: tuple[Credentials, boto3.Session] | None = None

    def get() -> boto3.Session:
        nonlocal current
        with lock:
            if current is None or nearly_over(current[0]):
                whose = organiser.session(region=region, endpoint=endpoint)
                credentials = assume(whose, role_arn, name, external_id=external_id)
                current = (credentials, credentials.session(region=region, endpoint=endpoint))
            return current[1]

    return get

"""Which AWS account an organiser's verb is about: a profile, a region, and who that is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from infra.deploy.identities import Profile
from scenario.access import client_of

if TYPE_CHECKING:
    import boto3

RETRIES = Config(retries={"mode": "standard", "max_attempts": 10})  # others in the account may use up its call rates


class AccountError(ValueError):
    """It is not clear which account is meant, or nobody can have a lab there as whom the profile names."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account as one profile sees it. `endpoint` is None on AWS."""

    profile: Profile
    region: str
    endpoint: str | None
    account_id: str
    arn: str  # who asks

    @cached_property
    def session(self) -> boto3.Session:
        """A session of the profile in the region."""
        return self.profile.session(region=self.region, endpoint=self.endpoint)

    def client(self, service: str) -> Any:
        """A client of the profile that tries again where AWS is asked too often."""
        return client_of(self.session, service, RETRIES)

    def __str__(self) -> str:
        """In words."""
        place = f" at {self.endpoint}" if self.endpoint else ""
        return f"account {self.account_id}, region {self.region}{place}, as {self.arn}"


def enter(profile: str | None, region: str | None, *, yes: bool) -> Account:
    """The account of a profile; without one, only where `yes` says so, whatever boto3 finds first.

    The endpoint is AWS_ENDPOINT_URL's or the profile's own, as boto3 has it. Raises AccountError, botocore's errors.
    """
    if not profile and not yes:
        raise AccountError(
            "say which AWS account is meant with --profile NAME, or take the one that boto3 finds by itself with --yes"
        )
    chosen = Profile(profile or os.environ.get("AWS_PROFILE", ""))
    session = chosen.session(region=region, endpoint=None)
    if not session.region_name:
        raise AccountError(
            "say which region is meant with --region NAME: neither AWS_DEFAULT_REGION nor the profile does"
        )
    caller = client_of(session, "sts", RETRIES).get_caller_identity()
    if caller["Arn"].endswith(":root"):
        raise AccountError(
            f"account {caller['Account']} is entered as its root user, who may take no role of the lab: "
            "choose the profile of a user or a role with --profile"
        )
    return Account(
        profile=chosen,
        region=session.region_name,
        endpoint=_endpoint(session),
        account_id=caller["Account"],
        arn=caller["Arn"],
    )


def _endpoint(session: boto3.Session) -> str | None:
    core: Any = session._session  # boto3 shows nobody what the profile says besides
    return os.environ.get("AWS_ENDPOINT_URL") or core.get_scoped_config().get("endpoint_url")

"""An account of the event, entered by its organiser: to clear it, and to see why its stack failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from infra.deploy.account import Account
from infra.deploy.identities import assume
from infra.deploy.stack import events_of, first_cause
from scenario.access import Credentials

if TYPE_CHECKING:
    import boto3

ROLES: Final[Mapping[bool, str]] = {
    False: "AWSCloudFormationStackSetExecutionRole",
    True: "OrganizationAccountAccessRole",
}
"""By whether the stack set is service-managed, the role that an account has for who administers it.

Sources: CloudFormation user guide, "Grant self-managed permissions"; Organizations user guide, "Accessing member
accounts": an account that was invited has the latter only where somebody made it.
"""


@dataclass(frozen=True, kw_only=True)
class Member(Account):
    """An account as a session of a role there sees it."""

    credentials: Credentials

    @cached_property
    def session(self) -> boto3.Session:
        """A session of the role in the region."""
        return self.credentials.session(region=self.region, endpoint=self.endpoint)


def enter_member(organiser: Account, account_id: str, region: str, role: str) -> Member:
    """The account by its role. Raises botocore's errors where it does not let the organiser in."""
    partition = organiser.arn.split(":")[1]
    arn = f"arn:{partition}:iam::{account_id}:role/{role}"
    return Member(
        profile=organiser.profile,
        region=region,
        endpoint=organiser.endpoint,
        account_id=account_id,
        arn=arn,
        credentials=assume(organiser.session, arn, "lab-event"),
    )


def stack_cause(member: Member, stack_id: str) -> str:
    """The first failure of a stack in the account. Raises botocore's errors."""
    return first_cause(reversed(list(events_of(member.client("cloudformation"), stack_id))))

"""What tells that something belongs to a lab: its stack's records, the ids in them, and the trail.

Nothing is found by a name that somebody could have given to something else, and nothing by a state folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.deploy.account import Account
from infra.deploy.inventory.record import Record, made, records
from infra.deploy.inventory.traces import traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The records of a lab's stacks, and the ids of what learners have made."""

    records: tuple[Record, ...]
    traces: frozenset[str]

    def ids(self, kind: str) -> tuple[str, ...]:
        """Of the lab's resources of a type, those of stacks that are gone too."""
        return made(self.records, kind)

    @property
    def vpcs(self) -> list[str]:
        """Every VPC that a lab has had."""
        return list(self.ids("AWS::EC2::VPC"))


def learn(account: Account) -> Known:
    """Ask CloudFormation and the trail what belongs to the lab of this account and region.

    Raises botocore's ClientError.
    """
    stacks = records(account)
    if not stacks:
        return Known(records=(), traces=frozenset())
    since = min(record.created for record in stacks)
    return Known(records=stacks, traces=traces(account, made(stacks, "AWS::IAM::Role"), since))

"""The traffic played once more, by the one who played it before: the compromised instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenario.stage import Stage

if TYPE_CHECKING:
    import boto3

PLAYS = "running"


class NobodyPlaysError(RuntimeError):
    """The instance is in no state in which it could play its story."""


def replay(session: boto3.Session, stage: Stage) -> None:
    """Restart the compromised instance: its story begins a quarter of a minute after every boot.

    Raises NobodyPlaysError for an instance that does not run, botocore's ClientError.
    """
    ec2 = session.client("ec2")
    chosen: Any = [{"Name": "instance-id", "Values": [stage.instance_id]}]
    found = [i for r in ec2.describe_instances(Filters=chosen)["Reservations"] for i in r["Instances"]]
    state = found[0]["State"]["Name"] if found else "gone"
    if state != PLAYS:
        raise NobodyPlaysError(
            f"instance {stage.instance_id} of team {stage.team} is {state}, and only a running one plays: what it did "
            "before stays in the store; a lab for a second try takes `lab teardown` and `lab deploy`"
        )
    ec2.reboot_instances(InstanceIds=[stage.instance_id])

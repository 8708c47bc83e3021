"""The event's own stack in the organiser's account: deployed by change set, read, and deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any, Final, Self

from botocore.exceptions import ClientError

from infra.deploy.account import Account, AccountError
from infra.deploy.change import Change, carry_out, check, plan, standing, wait_for_others
from infra.deploy.progress import Say
from infra.deploy.stack import Target
from infra.deploy.state import NoLabError
from infra.deploy.teardown.removal import means_gone, remove_bucket
from infra.deploy.teardown.waits import StaysError, stacks_ended
from infra.event.record import Event
from infra.event.stack import STACK_NAME

EVENT: Final = Target(STACK_NAME, "lab event")
SERVICE_MANAGED: Final = "SERVICE_MANAGED"


class NotDeployedError(NoLabError):
    """The event has no stack yet, or none that stands."""


class CloseError(RuntimeError):
    """What the event itself has could not be removed. Once more goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStack:
    """The stack as it stands: its outputs, spelt as in `infra.event.stack`."""

    id: str
    permissions: str
    stack_set_name: str
    state_machine_arn: str
    roster_bucket: str
    results_bucket: str
    results_table: str
    page_url: str

    @classmethod
    def find(cls, account: Account) -> Self:
        """The event's stack in this account and region. Raises NotDeployedError, botocore's errors."""
        shown = standing(account.client("cloudformation"), EVENT)
        if shown is None or not shown.get("Outputs"):
            status = f" ({shown['StackStatus']})" if shown else ""
            raise NotDeployedError(f"no event stands in {account}{status}: `lab event deploy` makes it stand")
        outputs = {one["OutputKey"]: one["OutputValue"] for one in shown["Outputs"]}
        named = {field.name: outputs[_key(field.name)] for field in fields(cls) if _key(field.name) in outputs}
        return cls(id=shown["StackId"], permissions=parameters_of(shown)["Permissions"], **named)

    def organiser_link(self, event: Event) -> str:
        """Opens the organiser's page: a secret."""
        return f"{self.page_url}/#token={event.organiser_token}"

    @property
    def service_managed(self) -> bool:
        """Whether its accounts are those of an organisation, which let it in by themselves."""
        return self.permissions == SERVICE_MANAGED


def deploy_stack(
    account: Account, event: Event, asked: Mapping[str, str], say: Say, agree: Callable[[str], None]
) -> EventStack:
    """Deploy the event's stack, or change what is asked for otherwise, and wait until it stands.

    `asked` are parameters by name; those that are not there stay as they are. `agree` asks before what stands is
    disturbed. Raises StackInTheWayError, DeploymentError, AccountError, PackageError, botocore's errors.
    """
    from infra.event.stack.staging import stage
    from infra.event.stack.template import event_template

    client = account.client("cloudformation")
    shown = standing(client, EVENT)
    status = check(shown, EVENT)
    if shown is not None:
        _refuse_another(shown, event)
    wait_for_others(client, status, say, EVENT)
    before = {name: value for name, value in parameters_of(shown or {}).items() if "****" not in value}
    given = {**before, **secrets_of(event), **asked, **stage(account, say)}
    change = plan(client, event_template(), given, check(standing(client, EVENT), EVENT), EVENT)
    if change is None:
        say(f"stack {EVENT.stack} is as it should be: nothing to change")
    else:
        say(f"what changes:\n{change}")
        if change.disturbed:
            _agree(account, change, agree)
        carry_out(client, change, say, EVENT)
    return EventStack.find(account)


def _agree(account: Account, change: Change, agree: Callable[[str], None]) -> None:
    """Ask whether what is there may be disturbed; where it may not, nothing was changed."""
    try:
        agree(f"This takes away, replaces or restarts {', '.join(change.disturbed)}. Go on?")
    except BaseException:
        account.client("cloudformation").delete_change_set(ChangeSetName=change.id)
        raise


def secrets_of(event: Event) -> dict[str, str]:
    """The parameters that are in the state folder alone."""
    return {
        "LabSeed": event.seed,
        "GraderExternalId": event.external_id,
        "SigningKey": event.signing_key,
        "TokenKey": event.token_key,
        "OrganiserToken": event.organiser_token,
    }


def parameters_of(shown: Mapping[str, Any]) -> dict[str, str]:
    """The parameters as DescribeStacks shows them: secret ones as asterisks."""
    return {one["ParameterKey"]: one["ParameterValue"] for one in shown.get("Parameters", [])}


def remove_stack(account: Account, stack: EventStack, say: Say, *, results: bool) -> None:
    """Delete the event's stack and what it keeps beyond its end: what was graded only where `results` says so.

    Raises CloseError, botocore's errors.
    """
    from infra.event.stack.staging import clear

    client = account.client("cloudformation")
    try:
        for bucket in [stack.roster_bucket, *([stack.results_bucket] if results else [])]:
            _gone(partial(remove_bucket, account, bucket))
        if results:
            _gone(partial(account.client("dynamodb").delete_table, TableName=stack.results_table))
        client.delete_stack(StackName=stack.id)
        stacks_ended(account, [stack.id], say)
        clear(account.session, account.account_id)
    except StaysError as error:
        raise CloseError(f"{error}: `lab event teardown` again goes on from there") from error


def _gone(remove: Callable[[], object]) -> None:
    """Remove something that an earlier run may have removed."""
    try:
        remove()
    except ClientError as error:
        if not means_gone(error):
            raise


def _refuse_another(shown: Mapping[str, Any], event: Event) -> None:
    """Raises AccountError where the stack was there before the event was begun: another folder has its secrets."""
    if datetime.fromisoformat(event.created_at) > shown["CreationTime"]:
        raise AccountError(
            f"stack {EVENT.stack} has been there since {shown['CreationTime']:%Y-%m-%d %H:%M} UTC, and this event was "
            "begun later: its seed would change every lab. Choose the state folder that it was deployed from with "
            "--state DIR, or clear it from there"
        )


def _key(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))

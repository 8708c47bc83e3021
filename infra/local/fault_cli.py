"""The verb `lab fault`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from infra.deploy.surroundings import Surroundings
from infra.local.faults import KINDS, PATH, Fault
from scenario.exits import Exit

if TYPE_CHECKING:
    from infra.deploy.state import Team

HELP: Final = f"""Let AWS have a bad day in the lab that is up, and see who can deal with it.

OPERATION is a call, `ec2:CreateSnapshot` or `s3:*`. Without --team it strikes every team, and in each of them
everybody, the grader too. Without a KIND, the faults that are on are listed. Learners cannot do this.

\b
Kinds:
{"".join(f"  {name:16} {kind.about}{chr(10)}" for name, kind in KINDS.items())}
\b
Examples:
  lab fault throttle ec2:CreateSnapshot --times 3
  lab fault throttle 's3:*' --rate 0.2
  lab fault unavailable cloudtrail:StartQuery --times 1
  lab fault failed-snapshot --times 1
  lab fault lag 'ec2:Describe*' --seconds 60
  lab fault
  lab fault --clear
"""


@click.command(help=HELP)
@click.argument("kind", required=False, type=click.Choice(list(KINDS)))
@click.argument("operation", required=False)
@click.option("--times", type=click.IntRange(1), help="Strike so often, then never again.  [default: until --clear]")
@click.option(
    "--rate", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="How probable it is that it strikes."
)
@click.option("--seconds", type=click.FloatRange(0), default=30.0, show_default=True, help="How long a lag is.")
@click.option("--clear", is_flag=True, help="Switch all faults off.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def fault(
    surroundings: Surroundings,
    kind: str | None,
    operation: str | None,
    times: int | None,
    rate: float,
    seconds: float,
    clear: bool,
    as_json: bool,
) -> int:
    """Switch a fault on in each chosen team's account, or all off, or list them."""
    if clear and kind:
        raise click.UsageError("switch a fault on, or all off: not both")
    method, body = ("DELETE", b"") if clear else ("GET", b"")
    if kind:
        wanted = Fault(kind=kind, operation=meant(kind, operation), times=times, rate=rate, seconds=seconds)
        method, body = "POST", msgspec.json.encode(wanted)
    teams = [surroundings.chosen_team()] if surroundings.team else list(surroundings.lab().teams)
    shown = {team.stage.team: call(team, method, body) for team in teams}
    click.echo(json.dumps(shown, indent=2) if as_json else as_text(shown))
    return Exit.DONE


def meant(kind: str, operation: str | None) -> str:
    """The operation that the fault is about. Raises UsageError where it has to be said, or must not be."""
    own = KINDS[kind].operation
    if own and operation:
        raise click.UsageError(f"{kind} is about {own} always: leave the operation out")
    if found := own or operation:
        return found
    raise click.UsageError(f"say which operation the fault is about: lab fault {kind} ec2:DescribeInstances")


def call(team: Team, method: str, body: bytes) -> Sequence[Mapping[str, Any]]:
    """The faults of a team after a request. Raises LabRefusedError."""
    from infra.local.lab_client import LabClient  # botocore is slow to import

    if team.access.endpoint is None:
        raise click.UsageError("faults can be switched on in a lab on this machine only")
    client = LabClient(team.access.endpoint, region=team.access.region, keys=team.keys())
    faults: Sequence[Mapping[str, Any]] = client.call(method, PATH, body)["faults"]
    return faults


def as_text(shown: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """A line for each fault of each team."""
    lines = [f"{team:12} {line(one)}" for team, faults in shown.items() for one in faults]
    return "\n".join(lines) or "no faults"


def line(one: Mapping[str, Any]) -> str:
    """One fault, and how often it struck."""
    often = f"{one['struck']} of {one['times']} times" if one["times"] else f"{one['struck']} times"
    rate = f", rate {one['rate']:g}" if one["rate"] < 1 else ""
    lag = f", {one['seconds']:g} s" if one["kind"] == "lag" else ""
    return f"{one['kind']:16} {one['operation']:28} struck {often}{rate}{lag}"

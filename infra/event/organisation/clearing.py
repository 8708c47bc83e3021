"""Clearing many accounts: each by what `lab teardown` does there, several at once, none held up by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from functools import partial
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from grader.event.outcomes import Outcome, State
from infra.deploy.account import Account
from infra.deploy.inventory.known import learn
from infra.deploy.inventory.survey import counted, survey
from infra.deploy.progress import Say
from infra.deploy.teardown.teardown import TeardownError, teardown
from infra.event.organisation.member import Member, enter_member
from infra.event.roster import Entry

AT_ONCE: Final = 16  # accounts; each waits for AWS nearly all the time
NO_WAY_IN: Final = (
    "it does not let the organiser in as {role}, so nothing was removed there ({error}); where nobody can enter it any "
    "more, take it out of the stack set with `aws cloudformation delete-stack-instances --retain-stacks`"
)

Act = Callable[[Member, Say], tuple[State, str]]
"""What is done in an account: gives the state of its outcome, and the cause."""


def clear(member: Member, say: Say) -> tuple[State, str]:
    """Remove the lab and what learners left. Raises TeardownError, botocore's errors."""
    outcome = teardown(member, learn(member), say)
    if outcome.refused:
        return "failed", "; ".join(f"{stay.what} {stay.id} stays: {stay.why}" for stay in outcome.refused)
    return "done", f"removed {len(outcome.removed)} things"


def look(member: Member, say: Say) -> tuple[State, str]:
    """Say what there is. Raises botocore's errors."""
    found = survey(member, learn(member)).found
    return "done", ", ".join(counted(len(ids), what) for what, ids in found.items() if ids) or "nothing is there"


def everywhere(organiser: Account, teams: Sequence[Entry], role: str, act: Act, say: Say) -> list[Outcome]:
    """The outcome of every team, in their order; `say` hears of each as it ends."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = {pool.submit(_in_one, organiser, team, role, act, say): team for team in teams}
        try:
            for number, future in enumerate(as_completed(futures), 1):
                ended = future.result()
                say(f"{number} of {len(teams)}: {ended.team}: {ended.state}, {ended.cause}")
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            say("what is gone is gone: `lab event teardown` again goes on from there")
            raise
    return [future.result() for future in futures]


def _in_one(organiser: Account, team: Entry, role: str, act: Act, say: Say) -> Outcome:
    state: State
    ended = partial(Outcome, team=team.team, account_id=team.account_id, act="teardown")
    try:
        member = enter_member(organiser, team.account_id, team.region, role)
    except (BotoCoreError, ClientError) as error:
        return ended(state="failed", cause=NO_WAY_IN.format(role=role, error=error), at=datetime.now(UTC))
    try:
        state, cause = act(member, lambda text: say(f"{team.team}: {text}"))
    except (BotoCoreError, ClientError, TeardownError) as error:
        state, cause = "failed", str(error)
    return ended(state=state, cause=cause, at=datetime.now(UTC))

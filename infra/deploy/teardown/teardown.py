"""Leaving nothing behind: everything of a lab is removed in an order in which it can go, and what stays is said.

Nothing is remembered between two runs: each looks at what is there. So a teardown that was interrupted goes on when it
is run again, and one of a lab that is gone has nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.account import Account
from infra.deploy.inventory.finders import FINDERS, store_states
from infra.deploy.inventory.known import Known, learn
from infra.deploy.inventory.survey import counted, look, survey
from infra.deploy.progress import Say
from infra.deploy.stack import STACK_NAME
from infra.deploy.teardown.removal import REMOVERS, means_gone
from infra.deploy.teardown.waits import WAITS, StaysError, stacks_at_rest

ROUNDS: Final = 2  # the second for what was made, or seen, during the first
HELD: Final = (
    "it is deleted, but CloudTrail keeps it for seven days more: it costs nothing and answers nothing, but holds one "
    "of the ten places of this region until then"
)

STILL: Final = "it is there still: it goes with its stack, or AWS is slow to say that it is gone"


class TeardownError(RuntimeError):
    """The stack is protected, or AWS could not be asked any more. What was removed is gone; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Something that is still there, and why."""

    what: str
    id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a teardown ended."""

    removed: tuple[tuple[str, str], ...]  # what it was, and its id
    refused: tuple[Stay, ...]  # should have gone
    held: tuple[Stay, ...]  # goes by itself


def teardown(account: Account, known: Known, say: Say) -> Outcome:
    """Remove all that belongs to the lab; `say` hears of each step. Raises TeardownError."""
    seen: dict[tuple[str, str], None] = {}
    try:
        stacks_at_rest(account, _standing(account, known), say)
        for _ in range(ROUNDS):
            refused = [stay for what in FINDERS for stay in _clear(account, known, what, seen, say)]
            known = learn(account)
            left = survey(account, known).found
            if not any(left.values()):
                break
        held = [Stay("event data store", arn, HELD) for arn in store_states(account, known.records)]
    except (BotoCoreError, ClientError, StaysError) as error:
        raise TeardownError(f"{error}; what is gone is gone: run `lab teardown` again, and it goes on") from error
    there = [(what, id_) for what, ids in left.items() for id_ in ids]
    reasons = {(stay.what, stay.id): stay.why for stay in refused}
    kept = {*there, *((stay.what, stay.id) for stay in held)}
    return Outcome(
        removed=tuple(thing for thing in seen if thing not in kept),
        refused=tuple(Stay(*thing, reasons.get(thing, STILL)) for thing in there),
        held=tuple(stay for stay in held if (stay.what, stay.id) not in there),
    )


def _standing(account: Account, known: Known) -> list[str]:
    """The ids of the lab's stacks. Raises TeardownError where somebody has said that one must stay."""
    standing = [record.stack_id for record in known.records if record.stands]
    for id_ in standing:
        (stack,) = account.client("cloudformation").describe_stacks(StackName=id_)["Stacks"]
        if stack.get("EnableTerminationProtection"):
            raise TeardownError(
                "the lab's stack has termination protection, so nothing was removed: take that away with `aws "
                "cloudformation update-termination-protection --no-enable-termination-protection "
                f"--stack-name {STACK_NAME}`"
            )
    return standing


def _clear(account: Account, known: Known, what: str, seen: dict[tuple[str, str], None], say: Say) -> list[Stay]:
    """Remove everything of one kind, which is then `seen`; gives what AWS did not let go."""
    ids = look(account, known, what)
    if not ids:
        return []
    say(f"clearing {counted(len(ids), what)}")
    seen.update(dict.fromkeys((what, id_) for id_ in ids))
    refused = [Stay(what, id_, why) for id_ in ids if (why := _refusal(account, what, id_))]
    going = [id_ for id_ in ids if id_ not in {stay.id for stay in refused}]
    if going and what in WAITS:
        try:
            WAITS[what](account, going, say)
        except StaysError as error:
            return [*refused, *(Stay(what, id_, str(error)) for id_ in going)]
    return refused


def _refusal(account: Account, what: str, id_: str) -> str | None:
    """Remove one thing; gives the reason where that was refused. What is gone already is no reason."""
    try:
        REMOVERS[what](account, id_)
    except ClientError as error:
        return None if means_gone(error) else str(error)
    except StaysError as error:
        return str(error)
    return None

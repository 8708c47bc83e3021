"""What came after the checkpoints, carried out once more: changes by the endpoint, events into the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from infra.local import clock
from infra.local.call import Answer, Call
from infra.local.chance import drawn_from
from infra.local.journal.entries import Act, Change, Events
from infra.local.journal.journal import Journal
from infra.local.recorder.facts import moto_host
from infra.local.recorder.record import record_of

Record = dict[str, Any]

BATCH = 500  # records that are delivered together
COMPARED = ("eventName", "errorCode", "requestParameters", "responseElements")


class Again(Protocol):
    """Whoever answered changes, and answers them once more."""

    def again(self, change: Change) -> tuple[Call, Answer]:
        """The call, and its answer."""


Do = Callable[[Act], None]
"""Does once more what an organiser asked for."""


@dataclass(kw_only=True)
class Replayed:
    """What came of it."""

    changes: int = 0
    events: int = 0
    unheard: list[tuple[Call, Answer]] = field(default_factory=list)  # changes whose event was not written any more
    differing: list[str] = field(default_factory=list)  # event ids: what was answered now is not what was answered then


def replay(
    journal: Journal, endpoint: Again, do: Do, deliver: Callable[[Sequence[Record]], None], seen: Mapping[str, int]
) -> Replayed:
    """Carry out what the log holds of each account in `seen`, after the entry that its checkpoint has seen.

    Raises DamagedError.
    """
    done, answered = Replayed(), dict[str, tuple[Call, Answer]]()
    waiting: list[Record] = []
    known: set[str] = set()
    for number, entry in journal.entries():
        if isinstance(entry, Events):
            fresh = [record for record in entry.records if _is_new(record, number, seen, known)]
            known.update(record["eventID"] for record in fresh)
            waiting += fresh
            done.events += len(fresh)
            done.differing += [record["eventID"] for record in fresh if _differs(record, answered)]
            continue
        account_id = entry.account_id if isinstance(entry, Act) else entry.caller.account_id
        if number <= seen.get(account_id, number):
            continue
        deliver(waiting)
        waiting = []
        with clock.at(entry.time), drawn_from(entry.chance):
            if isinstance(entry, Act):
                do(entry)
            else:
                answered[entry.request_id] = endpoint.again(entry)
                done.changes += 1
    deliver(waiting)
    done.unheard = list(answered.values())
    return done


def _is_new(record: Record, number: int, seen: Mapping[str, int], known: set[str]) -> bool:
    return number > seen.get(record["recipientAccountId"], number) and record["eventID"] not in known


def _differs(record: Record, answered: dict[str, tuple[Call, Answer]]) -> bool:
    """Whether the change that a record tells of was answered otherwise now than it was then."""
    call, answer = answered.pop(record.get("requestID", ""), (None, None))
    if call is None or answer is None:
        return False
    now = record_of(call, answer, moto_host)
    return [record.get(name) for name in COMPARED] != [now.get(name) for name in COMPARED]

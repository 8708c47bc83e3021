"""Where an event takes place: in accounts of an organisation on AWS, or in a classroom on one machine.

The verbs of `lab event` know no more of a place than this: `infra.event.organisation` and `infra.event.classroom`
fulfil `Venue`, and `infra.event.options` finds the one that is meant. Only how an event begins differs: an organisation
has `deploy`, a classroom is served with a `Room` for as long as its process lives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.event.outcomes import Outcome
from infra.deploy.progress import Say
from infra.event.roster import Entry

REPORT, BUNDLE = "report.json", "bundle.json"
"""What is kept of a graded team: the last report, and what it rests on, as `lab collect` saves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with one team. An outcome is None where there was none yet."""

    entry: Entry
    lab: str  # what makes labs there says of this one, in its own word: "CURRENT", "up"; "" where there is none
    cause: str = ""  # why, where the lab is not as it should be
    ready: Outcome | None = None  # of the last check
    graded: Outcome | None = None  # of the last grading


class Venue(Protocol):
    """The place of one event. One account that fails becomes an outcome with its cause, and holds up no other.

    Whatever takes long tells `say` of its progress. Errors that concern the whole event raise.
    """

    def teams(self) -> Sequence[Entry]:
        """Every team of the event, in the order of its roster."""

    def gone(self) -> Sequence[Entry]:
        """What has a lab here and is no team of the event any more; it has its account's id for a name."""

    def status(self, teams: Sequence[Entry], say: Say) -> Sequence[Standing]:
        """How it stands with these teams. Nothing is changed, and nobody is graded."""

    def check(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Look once whether learners could begin: "done" is ready, "unknown" may become so, with what is missing."""

    def grade(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Grade these teams now, and keep what was said."""

    def graded(self, teams: Sequence[Entry]) -> Sequence[Outcome]:
        """The last grading of each of these teams that was graded at all."""

    def results(self, teams: Sequence[Entry], say: Say) -> Iterator[tuple[Entry, Mapping[str, bytes]]]:
        """What is kept of each team that was graded: the files by name, REPORT and BUNDLE among them."""

    def find(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """What a teardown would remove of each of these teams, as the cause. Nothing is changed."""

    def teardown(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Remove the labs of these teams, with all that learners left. Once more is no error."""

    def close(self, say: Say, *, results: bool) -> None:
        """Remove what the event itself has, once no lab is left; what was graded only where `results` says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What was asked of `lab event deploy --local`: options of the same names, which its help describes.

    `teams` come from a roster, or are numbered; their `account_id` is "" where it is not asked for. None with `resume`:
    the room is as it was. Port 0 is any free one.
    """

    teams: tuple[Entry, ...]
    resume: bool
    host: str  # the address that is listened on
    url_host: str  # the name or address that links carry; "" to find one
    port: int
    portal_port: int
    tls_cert: Path | None  # PEM, with all that stands between it and a root
    tls_key: Path | None
    region: str
    seed: str  # "" for a fresh one
    store: str
    background: int
    bystanders: int
    feedback: str
    attempts: int

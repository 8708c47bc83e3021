"""Writes docs/scale.md from the limits of an event: `make scale`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from infra.event.limits import Bound, Limit, Phase, bounds, phases, reached
from infra.event.plan import plan
from infra.event.plan_cli import amount, effect, span
from infra.event.roster import MOST_TEAMS

PAGE = Path(__file__).parents[3] / "docs" / "scale.md"
TEAMS = (1, 10, 100, 1_000, 10_000)
HOURS = 4

HEAD = f"""\
# Scale

How long an event takes on AWS, what it costs and what breaks first, when learners work for {HOURS} hours. Written from
[`limits.json`](../infra/event/limits.json) by `make scale`; `lab event plan` says the same of any number of teams, up
to {MOST_TEAMS:,}, and of any hours. These are estimates: no event has been run on AWS yet.

All teams are in one StackSet operation with the same parameters. The story of an account is drawn from the lab's seed
and the account's id, so nothing has to be overridden; the roster says which team has which account. A parameter that
differs from team to team would take an operation for each team.
"""
BREAKS = """\
## What breaks first

What AWS gives unasked, and the number of teams from which on it is too little. Beyond a limit a team is refused, or it
waits for others and the event takes longer. Where a row says 1, the limit is each team's own.
"""
HOLDS = f"""\
## What holds

Limits that {MOST_TEAMS:,} teams do not reach, those that they never come to because they wait for a narrower one, and
those that each team has for itself.
"""
TIMES = """\
## Where times and costs come from

Labs cost what `lab cost` says, each from its own deployment to its own teardown, whatever its turn.
"""
SOURCES = """\
## Where limits come from

Documented: read in AWS's documentation or models, at times in an older copy. Report: read elsewhere. Recollection: not
looked up, check it before you rely on it.
"""


def page() -> str:
    """The page in Markdown."""
    felt = reached(MOST_TEAMS)
    rest = [bound for bound in bounds() if bound not in felt]
    return "\n".join(
        [
            HEAD,
            table(("Teams", *(phase.id for phase in phases()), "In all", "Dollars"), map(_curve, TEAMS), rule="---:"),
            BREAKS,
            table(("From teams", "Phase", "Limit", "Beyond it", "Grade"), map(_breaks, felt)),
            HOLDS,
            table(("Phase", "Limit", "One team takes", "Whose", "Grade"), map(_holds, rest)),
            TIMES,
            table(("Phase", "What happens", "One team", "Dollars", "Basis"), map(_times, phases())),
            SOURCES,
            table(
                ("Limit", "About", "Grade"), map(_source, {bound.limit.id: bound.limit for bound in bounds()}.values())
            ),
        ]
    )


def table(head: Sequence[str], rows: Iterable[Iterable[str]], *, rule: str = "---") -> str:
    """A table in Markdown."""
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, [rule] * len(head), *rows))


def _curve(teams: int) -> list[str]:
    made = plan(teams, HOURS)
    return [f"{teams:,}", *map(span, made.seconds.values()), span(made.whole), f"{made.usd:,.2f}"]


def _breaks(bound: Bound) -> list[str]:
    return [f"{bound.reached_by:,}", bound.phase.id, amount(bound.limit), effect(bound), bound.limit.grade]


def _holds(bound: Bound) -> list[str]:
    return [bound.phase.id, amount(bound.limit), f"{bound.use:g}", f"the {bound.limit.scope}'s", bound.limit.grade]


def _times(phase: Phase) -> list[str]:
    seconds = span(phase.seconds) if phase.seconds else "as long as it is given"
    return [phase.id, phase.about, seconds, f"{phase.usd:g}", phase.basis]


def _source(limit: Limit) -> list[str]:
    return [amount(limit), limit.about, f"[{limit.grade}]({limit.source})"]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

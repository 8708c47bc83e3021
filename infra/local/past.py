"""The past of a lab that has just been made: when it was deployed, and when its hosts did what they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from scenario.story import Story

OPENED = timedelta(days=41)  # the age of the account when the lab came
LOOKS = timedelta(seconds=210)  # how often the organiser looks whether the stack stands
BOOTS = timedelta(minutes=8)  # from CreateStack to the first step of a story
QUIET = timedelta(minutes=4)  # since the last step


@dataclass(frozen=True, slots=True)
class Past:
    """When one team's lab was deployed, UTC; all else follows from that."""

    deployed: datetime

    @property
    def opened(self) -> datetime:
        """When the account was opened."""
        return self.deployed - OPENED

    @property
    def began(self) -> datetime:
        """When the stories began: `Step.at` counts from here."""
        return self.deployed + BOOTS

    def looks(self) -> Iterator[datetime]:
        """When the organiser calls: CreateStack, and then to see how it goes."""
        return (self.deployed + number * LOOKS for number in count())


def past_of(stories: Iterable[Story], now: datetime) -> Past:
    """The past of a lab where these stories ended a few minutes ago, as long ago as each of them lasts."""
    lasted = max((step.at for story in stories for step in story.steps), default=0.0)
    return Past(now - QUIET - timedelta(seconds=lasted) - BOOTS)

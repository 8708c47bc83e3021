"""moto's clock: the time of the call that is being answered.

AWS: what a call makes is as old as the call, in every answer and in CloudTrail.
Bare moto: looks at the machine's clock, which knows nothing of the lab's.
"""

from __future__ import annotations

import datetime
from types import ModuleType
from typing import Any, Final

from moto.core import utils
from moto.s3 import models as s3

from infra.local import clock

# Whoever in moto asks for the time asks `utils.utcnow`, but for the date of a bucket.
MODULES: Final[tuple[Any, ...]] = (utils, s3)


class LabDatetime(datetime.datetime):
    """A datetime class whose now is the lab's."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """The lab's time, in a zone or, without one, as the machine's zone tells it."""
        now = clock.now().astimezone(tz)
        return now if tz else now.replace(tzinfo=None)


def mend() -> None:
    """Give moto's modules a `datetime` module of our making."""
    ours: Any = ModuleType("datetime")
    ours.__dict__.update(vars(datetime))
    ours.datetime = LabDatetime
    for module in MODULES:
        module.datetime = ours

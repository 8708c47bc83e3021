"""The exit codes of every verb, in one table."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the shell learns from a verb of `lab`."""

    DONE = 0
    FAILED = 1  # the check failed: a finding is not passed, a validation did not hold
    USAGE = 2  # a wrong argument, or a file that cannot be graded; click uses the same number
    NOT_READY = 3  # not ready, or not known yet: ask again later
    AWS = 4  # AWS or the network did not answer, or refused

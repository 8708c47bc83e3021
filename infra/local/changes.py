"""Which calls change something, so that their order and their repetition matter."""

from __future__ import annotations

from infra.local.recorder.operations import recorded

# No reads to CloudTrail, but nothing that one could do before or after another; learners ask by the dozen.
ONLY_ASKING = frozenset(
    {
        ("athena", "StartQueryExecution"),
        ("athena", "StopQueryExecution"),
        ("cloudtrail", "CancelQuery"),
        ("cloudtrail", "StartQuery"),
    }
)
# A read to CloudTrail, but there is a session afterwards that was not there before.
GIVING = frozenset({("sts", "AssumeRole")})


def changes(service: str, operation: str) -> bool:
    """Whether a call is one before or after another: CloudTrail tells of it in a second of its own."""
    return (service, operation) not in ONLY_ASKING and not recorded(service, operation).read_only


def is_kept(service: str, operation: str) -> bool:
    """Whether a journal has to know of a call, for something is otherwise after it."""
    return (service, operation) in GIVING or changes(service, operation)

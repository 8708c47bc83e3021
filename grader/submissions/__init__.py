"""What was handed in and what was said to it: appended, never changed."""

from __future__ import annotations

from grader.submissions.ledger import ATTEMPTS, ATTEMPTS_RESET, Ledger, ledger
from grader.submissions.log import Act, Asked, Submission, Submissions
from grader.submissions.sqlite import SubmissionLog

__all__ = [
    "ATTEMPTS",
    "ATTEMPTS_RESET",
    "Act",
    "Asked",
    "Ledger",
    "Submission",
    "SubmissionLog",
    "Submissions",
    "ledger",
]

"""What was handed in and what was said to it: appended, never changed."""

from __future__ import annotations

from grader.submissions.log import Submission, Submissions, merged
from grader.submissions.sqlite import SubmissionLog

__all__ = ["Submission", "SubmissionLog", "Submissions", "merged"]

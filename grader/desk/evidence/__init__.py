"""Evidence: all that a team did, in one download."""

from __future__ import annotations

from grader.desk.evidence.routes import routes

__all__ = ["routes"]

"""The organiser's page: every team at a glance, and what an organiser may do. Nobody else gets any of it."""

from __future__ import annotations

from grader.desk.organiser.routes import routes

__all__ = ["routes"]

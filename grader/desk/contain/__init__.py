"""The Contain view: one instance as a small picture, and what can be said of its containment, while it is done."""

from grader.desk.contain.view import routes

__all__ = ["routes"]

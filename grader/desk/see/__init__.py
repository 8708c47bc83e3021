"""The See view: what happened in the account, as a picture, as a list, and event by event.

| request | answer |
|---|---|
| GET /see | the page; its query parameters are those of `grader.desk.see.asked` |
| GET /see/events | the list of events, with what they come to: a part of the page |
| GET /see/event/{id} | one record, explained; for htmx a part of the page, else a page; `at` helps to find it |
| GET /api/timeline | the picture, as JSON |
| GET /api/timeline/values | the principals, calls and Regions that there are, as JSON |

The learner's own role asks the store, by `scenario.query`; what it answers is kept for some seconds, for all browsers
of the team.
"""

from __future__ import annotations

from grader.desk.see.views import routes

__all__ = ["routes"]

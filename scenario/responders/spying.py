"""A responder that looks over the grader's shoulder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scenario.access import Access, client_of
from scenario.responders.reference import NothingFoundError
from scenario.responders.responder import Responder, fails

_INSTANCE = re.compile(r"\bi-[0-9a-f]{17}\b")


class GradersQuestions(Responder):
    """Looks for the one instance in what the grader has asked of AWS, and goes by that: it must learn nothing."""

    expects = fails("answer", "containment")
    graded_first = True

    @classmethod
    def leaves_traces(cls) -> bool:
        """In a shared lab it would read others' questions too."""
        return True

    def sheets(self) -> list[bytes]:
        """An empty one, where no question tells."""
        return super().sheets() if self.told() else [b"{}"]

    def instance_id(self) -> str:
        """Without any query of the module."""
        return self.told()[0]

    def told(self) -> list[str]:
        """Each instance that a question names alone. Raises NothingFoundError where there are no questions."""
        questions = [*self.queries(), *self.calls()]
        if not questions:
            raise NothingFoundError("the grader has not asked anything yet")
        named = (set(_INSTANCE.findall(question)) for question in questions)
        return [instance for found in named if len(found) == 1 for instance in found]

    def queries(self) -> list[str]:
        """The SQL of every query of the store, whoever asked it."""
        return _ASKED[self.access.store_kind](self.access)

    def calls(self) -> list[str]:
        """Every call of the grader's role, as the store holds it."""
        role = "useridentity.sessioncontext.sessionissuer.username"
        rows = self.store.run(f"SELECT eventjson FROM {self.store_id} WHERE {role} LIKE '%GraderRole%'")  # noqa: S608
        return [text for text in rows.column("eventjson") if text]


def _asked_lake(access: Access) -> list[str]:
    cloudtrail, store = access.session().client("cloudtrail"), access.store_id
    listed = cloudtrail.list_queries(EventDataStore=store)["Queries"]
    asked = [cloudtrail.describe_query(EventDataStore=store, QueryId=query["QueryId"]) for query in listed]
    return [answer["QueryString"] for answer in asked]


def _asked_athena(access: Access) -> list[str]:
    athena: Any = client_of(access.session(), "athena")
    ids = athena.list_query_executions(WorkGroup=access.store_id.partition(".")[0])["QueryExecutionIds"]
    return [athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Query"] for id_ in ids]


_ASKED: Mapping[str, Callable[[Access], list[str]]] = {"lake": _asked_lake, "athena": _asked_athena}
"""The SQL of a store's latest queries, by its kind."""


RESPONDERS: tuple[type[Responder], ...] = (GradersQuestions,)

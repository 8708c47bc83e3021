"""One record as a learner reads it: every field with what it means, and the whole as JSON.

What the fields mean is in fields.json. Source: CloudTrail's reference of record contents and of the userIdentity
element; what CloudTrail leaves to each service is explained for the calls that the lab meets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from grader.desk.see.asked import NotAskableError, moment
from grader.desk.see.plain import plain
from scenario.language import Text

DEEPEST = 12  # levels that are shown as levels

FIRST = ("eventTime", "eventName", "eventSource", "awsRegion", "userIdentity", "sourceIPAddress", "userAgent")
"""What a reader wants to know first; all else follows in the record's own order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field with its value as text, or with the fields in it."""

    name: str
    value: str = ""
    why: Text | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A CloudTrail record, as the event data store holds it."""

    record: Mapping[str, Any]

    @classmethod
    def read(cls, text: str) -> Record:
        """The record of a row's eventjson. Raises ValueError where it is none."""
        record = json.loads(text)
        if not isinstance(record, dict):
            raise ValueError("the store's eventjson is no object")
        return cls(record)

    @property
    def name(self) -> str:
        """The call."""
        return plain(str(self.record.get("eventName", "")))

    @property
    def service(self) -> str:
        """Whose call it is."""
        return plain(str(self.record.get("eventSource", "")))

    @property
    def error(self) -> str:
        """The error's code; "" where the call was answered."""
        return plain(str(self.record.get("errorCode") or ""))

    @property
    def time(self) -> datetime | None:
        """When it happened, UTC; None where the record does not say so."""
        try:
            return moment(str(self.record.get("eventTime")), "eventTime")
        except NotAskableError:
            return None

    @property
    def principal(self) -> str:
        """Who called, as `sql.PRINCIPAL` finds it."""
        who = self._part("userIdentity")
        return str(who.get("principalId") or who.get("invokedBy") or who.get("type") or "-")

    @property
    def role_arn(self) -> str:
        """The role behind the caller, "" where there is none."""
        who = self._part("userIdentity")
        context = who.get("sessionContext")
        issuer = context.get("sessionIssuer") if isinstance(context, dict) else None
        return str(issuer.get("arn", "")) if isinstance(issuer, dict) else ""

    @property
    def text(self) -> str:
        """The record as JSON, to be copied."""
        return json.dumps(self.record, indent=2, ensure_ascii=False)

    @property
    def shown_text(self) -> str:
        """The same, as it may be shown."""
        return "\n".join(plain(line) for line in self.text.split("\n"))

    def fields(self) -> list[Field]:
        """All its fields."""
        rest = [name for name in self.record if name not in FIRST]
        return [_field(name, self.record[name], name) for name in (*FIRST, *rest) if name in self.record]

    def _part(self, name: str) -> Mapping[str, Any]:
        part = self.record.get(name)
        return part if isinstance(part, dict) else {}


@cache
def explanations() -> Mapping[str, Text]:
    """By path in a record, what is there. Do not change what you get: it is shared."""
    known: Mapping[str, Text] = json.loads(files("grader.desk.see").joinpath("fields.json").read_text("utf-8"))
    return known


def _field(name: str, value: Any, path: str, depth: int = 1) -> Field:
    within: Iterable[Field] = ()
    if depth < DEEPEST and isinstance(value, dict):
        within = (_field(inner, item, f"{path}.{inner}", depth + 1) for inner, item in value.items())
    elif depth < DEEPEST and isinstance(value, list):
        within = (replace(_field(str(n), item, path, depth + 1), why=None) for n, item in enumerate(value, 1))
    fields = tuple(within)
    why = explanations().get(path) or explanations().get(f"*.{name}")
    return Field(name=plain(name), value="" if fields else _text(value), why=why, fields=fields)


def _text(value: object) -> str:
    return plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

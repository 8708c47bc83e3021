"""Responders whose sheet is right but for its form: it is not gradable, and not counted."""

from __future__ import annotations

import json
from typing import Any

from scenario.responders.responder import Responder, as_bytes, fails

Sheet = dict[str, Any]


class Malformed(Responder):
    """Finds out all that is right, contains nothing, and writes its sheet in a form that none can have."""

    expects = fails("answer", "containment")
    refusals = 1

    def sheets(self) -> list[bytes]:
        """The reference learner's, spoiled."""
        return [self.spoiled(self.investigate())]

    def spoiled(self, sheet: Sheet) -> bytes:
        """How the sheet is written."""
        raise NotImplementedError


class NotJson(Malformed):
    """Writes an answer sheet that ends in the middle."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Without its last half."""
        whole = as_bytes(sheet)
        return whole[: len(whole) // 2]


class NoBytes(Malformed):
    """Hands in an empty file."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Nothing."""
        return b""


class NotUtf8(Malformed):
    """Writes in Latin-1."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """With a letter beyond ASCII."""
        return json.dumps(sheet | {"primary_call": "résumé"}, ensure_ascii=False).encode("latin-1", "replace")


class Utf16(Malformed):
    """Writes in UTF-16, as PowerShell does."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """With its mark at the beginning."""
        return as_bytes(sheet).decode().encode("utf-16")


class DuplicateKeys(Malformed):
    """Gives one field twice."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """JSON parsers would take the last."""
        return b'{"primary_call": "RunInstances", ' + as_bytes(sheet)[1:]


class NanAnswer(Malformed):
    """Answers with NaN, which JSON does not have."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Python would read it."""
        return json.dumps(sheet | {"primary_call": float("nan")}).encode()


class DeepNesting(Malformed):
    """Nests lists a hundred thousand deep."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Parsers that recurse would fall over."""
        return as_bytes(sheet)[:-1] + b', "prevention": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


class MegabyteString(Malformed):
    """Answers with a text of a megabyte."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Longer than any sheet."""
        return as_bytes(sheet | {"primary_call": "x" * 2**20})


class WrongType(Malformed):
    """Answers a list where one text is asked for."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """The right one is in it."""
        return as_bytes(sheet | {"instance_id": [sheet["instance_id"]]})


class UnknownField(Malformed):
    """Gives itself points."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """A field that no sheet has."""
        return as_bytes(sheet | {"score": 100})


class ListOfSheets(Malformed):
    """Hands in a list that holds the sheet."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """One level too deep."""
        return json.dumps([sheet]).encode()


class HugeNumber(Malformed):
    """Answers with a number of ten thousand digits."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Python refuses to read it."""
        call = f'"{sheet["primary_call"]}"'.encode()
        return as_bytes(sheet).replace(call, b"9" * 10_000, 1)


class LoneSurrogate(Malformed):
    """Answers with half a character: a lone surrogate."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """JSON can write it, no text can hold it."""
        return json.dumps(sheet | {"primary_call": "\ud800"}).encode()


class ColumnMissing(Malformed):
    """Leaves the region out of the footprint."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """Every row lacks a column."""
        return as_bytes(
            sheet | {"footprint": [{k: row[k] for k in ("action", "service")} for row in sheet["footprint"]]}
        )


class TooManyEntries(Malformed):
    """Lists a thousand files."""

    def spoiled(self, sheet: Sheet) -> bytes:
        """More than any sheet may."""
        return as_bytes(sheet | {"uploaded_files": [f"{n}.csv" for n in range(1000)]})


class MalformedAfterRight(Responder):
    """Hands in the right answers, then a malformed sheet, which changes nothing."""

    refusals = 1

    def sheets(self) -> list[bytes]:
        """The second is not counted."""
        return [*super().sheets(), b'{"primary_call": 1}']


RESPONDERS: tuple[type[Responder], ...] = (
    NotJson,
    NoBytes,
    NotUtf8,
    Utf16,
    DuplicateKeys,
    NanAnswer,
    DeepNesting,
    MegabyteString,
    WrongType,
    UnknownField,
    ListOfSheets,
    HugeNumber,
    LoneSurrogate,
    ColumnMissing,
    TooManyEntries,
    MalformedAfterRight,
)

"""Rows of the event data store as a pandas DataFrame, and answers out of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from scenario.query import Rows
from scenario.workshop import task

WHOLE = re.compile(r"-?(0|[1-9]\d{0,10})")  # at most eleven digits: the twelve of an account id are a name

FOOTPRINT = {column.source: column.id for column in task("footprint").columns}
"""The fields of one entry of a footprint, by the column that they come from."""


def as_frame(rows: Rows) -> pd.DataFrame:
    """The rows with their columns. Counts are numbers; all else is text as the store writes it, NULL is None."""
    columns = zip(*rows.rows, strict=True)
    frame = pd.DataFrame({place: _typed(values) for place, values in enumerate(columns)})
    frame.columns = pd.Index(rows.columns)
    return frame


def as_html(frame: pd.DataFrame) -> str:
    """As pandas shows it in a notebook, escaped, with texts at the left, where long ones can be read."""
    html: str = frame._repr_html_()  # type: ignore[operator]  # pandas-stubs do not know it
    return html.replace("<td>", '<td style="text-align: left">').replace("<th>", '<th style="text-align: left">')


def as_answer(value: Any) -> Any:
    """An answer as JSON holds it: of a result the entries of a footprint, of a column each value once."""
    if isinstance(value, pd.DataFrame):
        named = value.rename(columns=str.lower).rename(columns=FOOTPRINT)
        fields = [field for field in FOOTPRINT.values() if field in named]
        return named[fields].drop_duplicates().to_dict("records")
    return list(dict.fromkeys(value.tolist())) if hasattr(value, "tolist") else value


def _typed(values: Sequence[str | None]) -> pd.Series[Any]:
    if all(value is not None and WHOLE.fullmatch(value) for value in values):
        return pd.Series([int(str(value)) for value in values])
    return pd.Series(values, dtype=object)

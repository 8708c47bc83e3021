from __future__ import annotations

import pandas as pd
import pytest
from IPython.display import Image

from grader.notebook.charts import MOST, Charts
from grader.notebook.errors import NothingToDrawError
from grader.notebook.words import Words

CHARTS = Charts(Words("en"))
HOSTILE = "$\\frac{<script>\x00\n日本"  # half a formula, markup, control characters, another script


def alt(image: Image) -> str:
    """What is said of a picture; that it is a PNG is seen on the way."""
    assert image.data.startswith(b"\x89PNG")
    return str(image.alt)


def test_bars_are_counts_with_names() -> None:
    """In the order of the rows; what is the same in every row names nothing."""
    found = pd.DataFrame({"source": ["s3", "s3"], "name": ["List", HOSTILE], "region": ["a", "b"], "total": [12, 3]})
    assert alt(CHARTS.bars(found)) == "List · a: 12; $\\frac{<script>\ufffd 日本 · b: 3"
    assert alt(CHARTS.bars(found[["total"]])) == ": 12; : 3"
    assert alt(CHARTS.bars(found[["source", "total"]])) == "s3: 12; s3: 3"


def test_a_timeline_is_strokes_by_name() -> None:
    """The busiest name on top; a time that is none draws nothing."""
    times = ["2026-11-24 10:00:00.000", "2026-11-24 10:00:01.000", "2026-11-24 12:00:00.000", "never"]
    found = pd.DataFrame({"eventTime": times, "eventname": ["A", HOSTILE, HOSTILE, "A"]})
    found.loc[4] = ["2026-11-24 13:00:00.000", HOSTILE]
    assert alt(CHARTS.timeline(found)) == "$\\frac{<script>\ufffd 日本: 3; A: 2"
    assert alt(CHARTS.timeline(found[["eventTime"]])) == ": 5"


def test_a_picture_bears_so_many_rows() -> None:
    """Beyond that it would say nothing; a name that is too long is cut."""
    found = pd.DataFrame({"name": [f"{n:03}" + "x" * 100 for n in range(500)], "total": range(500)})
    assert alt(CHARTS.bars(found)).count("…") == MOST


@pytest.mark.parametrize("chart", ["bars", "timeline"])
def test_what_cannot_be_drawn_is_explained(chart: str) -> None:
    """No rows, or not the column that it takes."""
    needs = {"bars": "a number, such as count(*)", "timeline": "a column eventtime"}[chart]
    for found in (pd.DataFrame(), pd.DataFrame({"name": ["x"]})):
        with pytest.raises(NothingToDrawError) as error:
            getattr(CHARTS, chart)(found)
        assert str(error.value) == f"There is nothing to draw: {chart} needs rows with {needs}."

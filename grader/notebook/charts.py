"""Results as pictures: PNG, so that no name out of a log can be anything but dots."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
from IPython.display import Image
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure

from grader.notebook.errors import NothingToDrawError
from grader.notebook.words import Words
from grader.render.words import printable

MOST = 40  # bars or lines that one picture bears
LONGEST = 60  # characters of a name
WIDTH, ROW, FRAME = 9.0, 0.3, 1.0  # inches
SHARP = 2  # dots for each of the screen's
COLOUR = "#1f6feb"


class Charts:
    """The charts, with their complaints in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def bars(self, found: pd.DataFrame) -> Image:
        """Counts as horizontal bars, in the order of the rows: the last column of numbers, named by the texts.

        Texts that are the same in every row name nothing, and are left out. Raises NothingToDrawError.
        """
        numbers = [place for place, kind in enumerate(found.dtypes) if kind.kind in "iuf"]
        if found.empty or not numbers:
            raise self._nothing("bars", "a_number")
        shown = found.head(MOST)
        names, counts = _names(shown, {*numbers}), shown.iloc[:, numbers[-1]].tolist()
        figure, axes = _axes(len(names))
        drawn = axes.barh(range(len(names)), counts, color=COLOUR)
        axes.bar_label(drawn, padding=3)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel(str(shown.columns[numbers[-1]]))
        axes.invert_yaxis()
        return _image(figure, "; ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True)))

    def timeline(self, found: pd.DataFrame) -> Image:
        """Events as strokes in time: by `eventtime`, a line for each text of the next column, the busiest on top.

        Raises NothingToDrawError.
        """
        columns = {str(name).lower(): place for place, name in enumerate(found.columns)}
        if found.empty or "eventtime" not in columns:
            raise self._nothing("timeline", "eventtime")
        times = pd.to_datetime(found.iloc[:, columns["eventtime"]], errors="coerce")
        names = pd.Series(_names(found, {columns["eventtime"]}), index=found.index)
        busiest = names.value_counts().head(MOST)
        figure, axes = _axes(len(busiest))
        for line, name in enumerate(busiest.index):
            when = times[names == name]
            axes.plot(when, [line] * len(when), "|", color=COLOUR, alpha=0.5, markersize=14)
        axes.set_yticks(range(len(busiest)), list(busiest.index))
        dates = ConciseDateFormatter(axes.xaxis.get_major_locator())  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(dates)
        axes.set_xlabel("UTC")
        axes.invert_yaxis()
        return _image(figure, "; ".join(f"{name}: {count}" for name, count in busiest.items()))

    def _nothing(self, chart: str, needs: str) -> NothingToDrawError:
        return NothingToDrawError(self._words.say("no_chart", chart=chart, needs=self._words.say(needs)))


def _names(found: pd.DataFrame, without: set[int]) -> list[str]:
    """What tells the rows from each other, in one text a row."""
    texts = [found.iloc[:, place].astype(str) for place in range(found.shape[1]) if place not in without]
    telling = [text for text in texts if text.nunique() > 1] or texts[:1]
    return [_cut(" · ".join(parts)) for parts in zip(*telling, strict=True)] or [""] * len(found)


def _cut(name: str) -> str:
    plain = printable(name.replace("\n", " "))
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _axes(rows: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, FRAME + ROW * rows), layout="constrained")
    axes: Any = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _image(figure: Figure, said: str) -> Image:
    """The picture, with what it shows in words for those who do not see it."""
    data, dots = BytesIO(), figure.dpi
    with mpl.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a name may be of any script
        figure.savefig(data, format="png", dpi=SHARP * dots)
    return Image(data.getvalue(), width=int(WIDTH * dots), alt=said)  # type: ignore[no-untyped-call]

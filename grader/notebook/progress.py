"""A line under a cell that says how long a query has been running."""

from __future__ import annotations

from IPython.display import DisplayHandle, display

from grader.notebook.words import Words

PATIENCE = 2.0  # seconds that nobody need be told of


class Progress:
    """Hears the seconds of one query, as `Store.run` tells them; shows them from the third on, one line in all."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._line: DisplayHandle | None = None
        self._seconds = 0.0

    def __call__(self, seconds: float) -> None:
        """It has been so many seconds."""
        self._seconds = seconds
        if seconds >= PATIENCE:
            self._show("waiting")

    def end(self) -> None:
        """It is over."""
        if self._line:
            self._show("waited")

    def _show(self, sentence: str) -> None:
        line = {"text/plain": self._words.say(sentence, seconds=round(self._seconds))}
        if self._line:
            self._line.update(line, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._line = display(line, raw=True, display_id=True)  # type: ignore[no-untyped-call]

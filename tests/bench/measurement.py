"""One figure: what was measured, beside its limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One row of the page: what was measured, in which unit, beside its limit."""

    what: str
    measured: float
    limit: float
    unit: str

    def line(self) -> str:
        """The row in Markdown."""
        verdict = "holds" if self.measured <= self.limit else "**missed**"
        return f"| {self.what} | {self.measured:,.3g} {self.unit} | {self.limit:,g} {self.unit} | {verdict} |"

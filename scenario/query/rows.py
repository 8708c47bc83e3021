"""What a query found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns in the order and the spelling of the SELECT, values as the store writes them.

    None is a NULL. Without rows there are no columns either: Lake does not tell them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def column(self, name: str) -> list[str | None]:
        """All values of one column, in order; none where the query found nothing.

        Raises ValueError for a column that the rows do not have.
        """
        if not self.rows:
            return []
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

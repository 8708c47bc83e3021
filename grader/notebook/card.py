"""What a cell shows of the lab: a heading and rows, as text and as HTML in which nothing is markup but its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from grader.render.words import printable

PLAIN = "tex2jax_ignore mathjax_ignore"  # classes that keep Jupyter from reading formulas into what was logged
_CODE = re.compile("`([^`]+)`")
CELL = "text-align: left; vertical-align: top; white-space: pre-wrap"


@dataclass(frozen=True, slots=True)
class Card:
    """What `submit`, `hint` and `status` give to a cell."""

    heading: str
    rows: Sequence[Sequence[str]] = ()
    footer: str = ""

    def __repr__(self) -> str:
        rows = ("  ".join(filter(None, row)) for row in self.rows)
        return printable("\n".join(filter(None, [self.heading, *rows, self.footer])))

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows)
        footer = f"<p>{_text(self.footer)}</p>" if self.footer else ""
        return f'<div class="{PLAIN}"><p><strong>{_text(self.heading)}</strong></p><table>{rows}</table>{footer}</div>'


def _cell(text: str) -> str:
    return f'<td style="{CELL}">{_text(text)}</td>'


def _text(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(printable(text)))

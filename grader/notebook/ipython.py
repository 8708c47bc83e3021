"""What IPython does for the notebook: it refuses cells with blanks, and shows errors and results for people to read."""

from __future__ import annotations

import ast
from types import TracebackType
from typing import Any

import pandas as pd
from IPython import get_ipython
from IPython.core.error import InputRejected
from IPython.core.interactiveshell import InteractiveShell

from grader.notebook.errors import READABLE, sentence
from grader.notebook.frame import as_html
from grader.notebook.words import Words, words


class BlankError(InputRejected):
    """A cell still has a blank such as <INSTANCE_ID>; nothing of it was run."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Guard:
    """An AST transformer of IPython's, which changes nothing and refuses cells with blanks in their texts."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def visit(self, cell: ast.AST) -> ast.AST:
        """The cell as it is. Raises BlankError that names each blank and what belongs there."""
        texts = [
            node.value for node in ast.walk(cell) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        blanks = [blank for blank in words()["blanks"] if any(f"<{blank}>" in text for text in texts)]
        if blanks:
            raise BlankError(
                "\n".join(self._words.say("fill_in", blank=blank, what=self._words.blank(blank)) for blank in blanks)
            )
        return cell


def attend(words: Words) -> None:
    """Look after the cells of this kernel from now on; without IPython there are none. Once more replaces the first."""
    shell = get_ipython()
    if shell is None:
        return

    def show(
        shell: InteractiveShell,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType,
        tb_offset: int | None = None,
    ) -> list[str]:
        error._render_traceback_ = lambda: [sentence(error, words)]  # type: ignore[attr-defined]  # IPython asks for it
        shell.showtraceback((kind, error, trace))
        return []

    others: list[Any] = [one for one in shell.ast_transformers if not isinstance(one, Guard)]
    shell.ast_transformers = [*others, Guard(words)]
    shell.set_custom_exc(READABLE, show)
    shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, as_html)

"""Applies a table's edit to a spelled tree of parameters."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Final

from infra.local.recorder.deviations import Edit

NO_EDIT: Final = Edit()


def apply(edit: Edit, tree: dict[str, Any]) -> dict[str, Any]:
    """The tree after the edit; the one given is changed."""
    if edit is NO_EDIT:
        return tree
    _change_names(edit, tree)
    _change_values(edit, tree)
    if edit.only is not None:
        tree = {name: tree[name] for name in edit.only if name in tree}
    for path, value in edit.default.items():
        for holder, name in _holders(tree, path.split(".")):
            holder.setdefault(name, copy.deepcopy(value))
    return tree


def _change_names(edit: Edit, tree: dict[str, Any]) -> None:
    for path, new in edit.rename.items():
        for holder, name in _holders(tree, path.split(".")):
            if name in holder:
                holder[new] = holder.pop(name)
    for path in edit.drop:
        for holder, name in _holders(tree, path.split(".")):
            holder.pop(name, None)


def _change_values(edit: Edit, tree: dict[str, Any]) -> None:
    for path in edit.text:
        for holder, name in _holders(tree, path.split(".")):
            if name in holder:
                holder[name] = str(holder[name])
    for path, shown in edit.show.items():
        for holder, name in _holders(tree, path.split(".")):
            if name in holder:
                holder[name] = copy.deepcopy(shown)
    for set_name, names in edit.wrap.items():
        item = {name: tree.pop(name) for name in names if name in tree}
        tree[set_name] = {"items": [item]}


def _holders(node: Any, path: Sequence[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every dict that holds the path's last name, or would hold it."""
    if isinstance(node, list):
        for item in node:
            yield from _holders(item, path)
    elif isinstance(node, dict):
        if len(path) == 1:
            yield node, path[0]
        elif path[0] in node:
            yield from _holders(node[path[0]], path[1:])

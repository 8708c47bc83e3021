"""Edits of spelled trees."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder.deviations import Edit
from infra.local.recorder.edits import NO_EDIT, apply


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (NO_EDIT, {"a": 1}, {"a": 1}),
        (Edit(rename={"availabilityZone": "zone"}), {"availabilityZone": "a"}, {"zone": "a"}),
        (
            Edit(drop=("set.items.reason",)),
            {"set": {"items": [{"reason": 1, "id": 2}]}},
            {"set": {"items": [{"id": 2}]}},
        ),
        (Edit(drop=("absent.name",)), {"a": 1}, {"a": 1}),
        (Edit(text=("size",)), {"size": 8}, {"size": "8"}),
        (
            Edit(show={"parameters.value": "***"}),
            {"parameters": [{"value": 1}, {}]},
            {"parameters": [{"value": "***"}, {}]},
        ),
        (Edit(wrap={"set": ("id", "key")}), {"id": 1, "type": 2}, {"type": 2, "set": {"items": [{"id": 1}]}}),
        (Edit(only=("arn",)), {"arn": 1, "name": 2}, {"arn": 1}),
        (Edit(default={"force": False}), {}, {"force": False}),
        (Edit(default={"force": False}), {"force": True}, {"force": True}),
        (Edit(default={"a.b": {}}), {"a": {}}, {"a": {"b": {}}}),
        (Edit(default={"a.b": {}}), {}, {}),
    ],
)
def test_an_edit_changes_what_it_names(edit: Edit, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Every kind of edit, on names that are there and on names that are not."""
    assert apply(edit, before) == after


def test_a_default_is_not_shared_between_records() -> None:
    """A record that is changed later changes no other."""
    edit = Edit(default={"set": {}})
    apply(edit, {})["set"]["changed"] = True
    assert apply(edit, {}) == {"set": {}}

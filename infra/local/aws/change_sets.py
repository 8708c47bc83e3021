"""Change sets that say what they will do.

AWS: a change set lists the resources that are added, modified, replaced and removed, by what their properties come to;
one that would change nothing fails, and cannot be executed; a stack in review can be given another change set.
Bare moto: compares the text of the resources, so that a changed parameter changes nothing and a condition that does not
hold keeps nothing out; executes what has failed; makes a second stack of the same name. Here too a stack in review has
another id after its second change set.
"""

from __future__ import annotations

from typing import Any, Final

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Change, ChangeSet

from infra.local.aws.resources import Resources

NO_CHANGES: Final = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


class ToldChange(Change):
    """What is done with one resource. `replacement` is "True" or "False" for one that is modified."""

    def __init__(self, action: str, key: str, resources: Resources) -> None:
        super().__init__(action, key, resources.kind(key))
        if action == "Modify":
            self.replacement = str(resources.replaces(key))


def complete(change_set: ChangeSet) -> None:
    """Have the change set say what it will do, or that it would change nothing."""
    stack: Any = change_set.stack
    given = change_set.parameters
    before, after = stack.resources, stack.would_be(change_set.template_dict, given)
    change_set.changes = list(_changes(before, after))
    same_outputs = before.template.get("Outputs") == change_set.template_dict.get("Outputs")
    empty = change_set.change_set_type == "UPDATE" and not change_set.changes and same_outputs
    change_set.status = "FAILED" if empty else "CREATE_COMPLETE"
    change_set.execution_status = "UNAVAILABLE" if empty else "AVAILABLE"
    change_set.status_reason = NO_CHANGES if empty else None


def check(change_set: ChangeSet) -> None:
    """Raises ValidationError for one that cannot be executed."""
    if change_set.execution_status != "AVAILABLE":
        raise ValidationError(
            message=f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
            f"[{change_set.status}]"
        )


def _changes(before: Resources, after: Resources) -> list[ToldChange]:
    there, wanted = before.made(), after.wanted()
    added = [ToldChange("Add", key, after) for key in wanted if key not in there]
    modified = [
        ToldChange("Modify", key, after)
        for key in wanted
        if key in there and after.properties(key) != before.properties(key)
    ]
    return [*added, *modified, *(ToldChange("Remove", key, before) for key in there if key not in wanted)]

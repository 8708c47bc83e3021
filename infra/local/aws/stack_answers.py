"""What becomes of a stack that cannot be created or updated, as whoever asks for it wishes.

AWS: with OnFailure and DisableRollback of CreateStack, OnStackFailure of CreateChangeSet, or DisableRollback of
UpdateStack and ExecuteChangeSet, the stack is rolled back, deleted, or left as it is with what was made until then
(CloudFormation API reference).
Bare moto: knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from infra.local.aws.stack import on_failure


class WilledAnswers(CloudFormationResponse):
    """The operations that make and change stacks, with what is to be done on a failure."""

    def create_stack(self) -> ActionResult:
        """As moto's. Raises ValidationError where both are given."""
        if self._get_param("OnFailure") and self._get_param("DisableRollback") is not None:
            raise ValidationError(message="You can specify either OnFailure or DisableRollback, but not both.")
        with self._will(self._get_param("OnFailure")):
            return super().create_stack()

    def update_stack(self) -> ActionResult:
        """As moto's."""
        with self._will(None):
            return super().update_stack()

    def create_change_set(self) -> ActionResult:
        """As moto's. Raises ValidationError where an update is to delete its stack."""
        wish = self._get_param("OnStackFailure")
        if wish == "DELETE" and self._get_param("ChangeSetType", "UPDATE") != "CREATE":
            raise ValidationError(message="OnStackFailure can be DELETE only where ChangeSetType is CREATE.")
        answer: Any = super().create_change_set()
        self._change_set(answer.result["Id"]).on_stack_failure = wish
        return ActionResult(answer.result)

    def execute_change_set(self) -> ActionResult:
        """As moto's. Raises ValidationError where the change set says already what is to be done."""
        wish = self._change_set(self._get_param("ChangeSetName")).on_stack_failure
        if wish and self._get_param("DisableRollback") is not None:
            raise ValidationError(message="You can specify either OnStackFailure or DisableRollback, but not both.")
        with self._will(wish):
            return super().execute_change_set()

    def _validate_different_update(self, *given: Any) -> None:
        """Only UpdateStack refuses what changes nothing: of that, a change set is made that fails."""
        if self._get_action() != "CreateChangeSet":
            super()._validate_different_update(*given)

    def _change_set(self, name: str) -> Any:
        return self.cloudformation_backend.describe_change_set(name)

    @contextmanager
    def _will(self, wish: str | None) -> Iterator[None]:
        disabled = self._get_bool_param("DisableRollback", False)
        token = on_failure.set("DO_NOTHING" if disabled else wish or "ROLLBACK")
        try:
            yield
        finally:
            on_failure.reset(token)

"""What becomes of a stack that cannot be created, as its creator wishes.

AWS: with OnFailure and DisableRollback of CreateStack, or DisableRollback of ExecuteChangeSet, the stack is rolled
back, deleted, or left as CREATE_FAILED with what was made until then (CloudFormation API reference).
Bare moto: knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from infra.local.aws.stack import on_failure


class WilledAnswers(CloudFormationResponse):
    """The operations that create stacks, with what is to be done on a failure."""

    def create_stack(self) -> ActionResult:
        """As moto's. Raises ValidationError where both are given."""
        if self._get_param("OnFailure") and self._get_param("DisableRollback") is not None:
            raise ValidationError(message="You can specify either OnFailure or DisableRollback, but not both.")
        with self._will(self._get_param("OnFailure")):
            return super().create_stack()

    def execute_change_set(self) -> ActionResult:
        """As moto's."""
        with self._will(None):
            return super().execute_change_set()

    @contextmanager
    def _will(self, wish: str | None) -> Iterator[None]:
        disabled = self._get_bool_param("DisableRollback", False)
        token = on_failure.set("DO_NOTHING" if disabled else wish or "ROLLBACK")
        try:
            yield
        finally:
            on_failure.reset(token)

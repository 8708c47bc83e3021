"""The page about permissions."""

from __future__ import annotations

from tests.infra.account.permissions import PAGE, ROLES, WHY, page, reason
from tests.infra.account.resources import Resources


def test_the_page_is_fresh() -> None:
    """docs/permissions.md says what the template says: `make permissions` writes it."""
    assert PAGE.read_text("utf-8") == page()


def test_every_statement_has_its_reason(resources: Resources) -> None:
    """And every reason its statement."""
    roles = [resources.behind(output) for output, _ in ROLES.values()]
    assert {reason(statement) for role in roles for statement in resources.statements(role)} == set(WHY)

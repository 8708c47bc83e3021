from __future__ import annotations

import json

from infra.account.synth import synthesise
from infra.account.template import template


def test_the_shipped_template_is_fresh() -> None:
    """What is shipped says what the constructs and `scenario/story.py` say today; `make synth` renews it."""
    assert json.loads(template()) == synthesise()

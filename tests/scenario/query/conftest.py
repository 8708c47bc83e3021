from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.scenario.query.script import Script


@pytest.fixture
def script() -> Iterator[Script]:
    """A running script."""
    script = Script()
    thread = threading.Thread(target=script.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    script.server.shutdown()
    script.server.server_close()
    thread.join()

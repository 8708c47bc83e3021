"""The web server under local AWS: waitress, taught what boto3 sends and how to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress.server
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

THREADS = 16  # calls that are answered at the same time
CONNECTIONS = 2000  # a boto3 client keeps up to ten; above the limit waitress lets new ones wait


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        """As waitress's, but an empty body is not waited for.

        boto3 sends `Expect: 100-continue` with every upload, an empty one too; waitress would wait for its body.
        """
        super().parse_header(header_plus)
        if not self.content_length and not self.chunked:
            self.expect_continue = False


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser


@contextmanager
def served(app: Any, bound: socket.socket) -> Iterator[None]:
    """Serve a WSGI app on a bound and listening socket within the block, in threads."""
    server: Any = waitress.server.create_server(
        app,
        sockets=[bound],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = _Channel
    thread = threading.Thread(target=server.run, name="aws endpoint", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        # In the server's own thread, whose loop ends once nothing is open; clients would keep their connections.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=5)

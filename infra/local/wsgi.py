"""The web server under local AWS: waitress, taught what boto3 sends and how to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import waitress.server
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from infra.deploy.listener import CONNECTIONS, PATIENCE, Listener
from infra.local.message import UNDERSCORED
from infra.local.tls_front import Client, in_front

THREADS = 16  # calls that are answered at the same time
READ = 1 << 16  # bytes of a body that are read together
KEPT = 16 << 20  # bytes of a body that are kept in memory: a batch of imported logs is some 12 MB
MOST = 64 << 20  # bytes of a body


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        """As waitress's, with two things that boto3 needs.

        It sends `Expect: 100-continue` with every upload, an empty one too; waitress would wait for its body. And it
        signs metadata under names with underscores, which waitress drops, since WSGI cannot tell them from dashes.
        For metadata that does no harm; any other header with an underscore could pass for one that was not signed.
        """
        super().parse_header(header_plus)
        if not self.content_length and not self.chunked:
            self.expect_continue = False
        lines = [line.partition(":") for line in header_plus.decode("latin-1").split("\r\n")[1:]]
        names = {name.lower(): value.strip() for name, _, value in lines if "_" in name}
        self.underscored = {name: value for name, value in names.items() if name.startswith("x-amz-meta-")}


class _Task(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        """As waitress's, with the headers that it leaves out, by name."""
        environ: dict[str, Any] = super().get_environment()
        environ[UNDERSCORED] = self.request.underscored
        return environ


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    task_class = _Task
    last_activity: float
    _came: float | None = None  # when the first bytes of a request came that is not here yet

    def received(self, data: bytes) -> bool:
        """As waitress's; until a request is here, only its first bytes are taken for a sign of life."""
        here: bool = super().received(data)
        if self.request is None:
            self._came = None
        else:
            self._came = self._came or self.last_activity
            self.last_activity = self._came
        return here


@contextmanager
def served(app: Any, bound: socket.socket, *, front: Listener | None = None) -> Iterator[None]:
    """Serve a WSGI app on a bound and listening socket within the block, in threads; with TLS at a `front` too.

    A request that is not here after `PATIENCE`, or is larger than `MOST`, costs its client the connection.
    """
    server: Any = waitress.server.create_server(
        app,
        sockets=[bound],
        threads=THREADS,
        max_request_body_size=MOST,
        channel_timeout=int(PATIENCE),
        cleanup_interval=max(1, int(PATIENCE / 2)),
        connection_limit=CONNECTIONS,
        recv_bytes=READ,
        inbuf_overflow=KEPT,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = _Channel
    thread = threading.Thread(target=server.run, name="aws endpoint", daemon=True)
    thread.start()
    try:
        with in_front(front, partial(_take, server)) if front else nullcontext():
            yield
    finally:
        server.task_dispatcher.shutdown()
        _end(server)
        thread.join(timeout=5)


def _take(server: Any, connection: socket.socket, client: Client) -> None:
    """Let the server have a connection that was accepted elsewhere."""
    connection.setblocking(False)
    server.trigger.pull_trigger(lambda: _Channel(server, connection, client, server.adj, map=server._map))


def _end(server: Any) -> None:
    """Close all in the server's own thread, whose loop ends once nothing is open; clients would keep their connections.

    The trigger is closed too, and a loop that is awake already may come to that before the trigger was pulled.
    """
    pulled = threading.Event()

    def close() -> None:
        pulled.wait()
        wasyncore.close_all(server._map)

    server.trigger.pull_trigger(close)
    pulled.set()

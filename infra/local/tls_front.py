"""TLS in front of a server that has none: what comes in is deciphered and passed on through a pair of sockets.

The server gets one end of the pair and the client's address, as if it had accepted the connection itself.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from infra.deploy.listener import CONNECTIONS, Listener

Client = tuple[str, int]
Take = Callable[[socket.socket, Client], None]

HANDSHAKE = 10.0  # seconds
CHUNK = 1 << 16  # bytes that are passed on together
BROKEN = (OSError, asyncio.IncompleteReadError)  # what a connection may break with


@contextmanager
def in_front(listener: Listener, take: Take) -> Iterator[None]:
    """Accept TLS connections within the block, in a thread, and have them taken. `listener` has a context for TLS."""
    loop = asyncio.new_event_loop()
    front = _Front(take)
    ready = threading.Event()

    async def accept() -> None:
        server = await asyncio.start_server(
            front.pass_on, sock=listener.socket, ssl=listener.tls, ssl_handshake_timeout=HANDSHAKE
        )
        front.ended = asyncio.Event()
        ready.set()
        async with server:
            await front.ended.wait()

    def run() -> None:
        asyncio.set_event_loop(loop)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(accept())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, name="tls front", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(front.ended.set)
        thread.join(timeout=5)


class _Front:
    def __init__(self, take: Take) -> None:
        self._take = take
        self._open = 0
        self.ended: asyncio.Event

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes from a client and what the server answers, until one of them ends."""
        if self._open >= CONNECTIONS:
            writer.close()
            return
        self._open += 1
        try:
            mine, theirs = socket.socketpair()
            self._take(theirs, writer.get_extra_info("peername")[:2])
            answers, requests = await asyncio.open_connection(sock=mine)
            await asyncio.gather(_copy(reader, requests), _copy(answers, writer))
        finally:
            self._open -= 1


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*BROKEN):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()

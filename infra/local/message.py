"""One HTTP request, its body read: what signature, request and moto all look at."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY

# Where the web server puts headers whose names have underscores, which WSGI has no place for.
UNDERSCORED = "lab.underscored_headers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One HTTP request. Header names are lower-case, path and query are percent-encoded as they came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str

    @property
    def host(self) -> str:
        """The host as the client addressed it, with its port."""
        return self.headers.get("host", "")

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower-case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def environ(self) -> dict[str, Any]:
        """A WSGI environment that says the same, with a fresh body stream."""
        names = {_key(name): value for name, value in self.headers.items()}
        content_type = names.pop("HTTP_CONTENT_TYPE", None)
        names.pop("HTTP_CONTENT_LENGTH", None)
        if content_type:
            names["CONTENT_TYPE"] = content_type
        return {
            **names,
            "CONTENT_LENGTH": str(len(self.body)),
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "RAW_URI": f"{self.path}?{self.query}" if self.query else self.path,
            "REMOTE_ADDR": self.source_ip,
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "SERVER_NAME": self.host.partition(":")[0],
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            PRESERVED_HEADER_NAMES_ENVIRON_KEY: {_key(name): name for name in self.headers if "_" in name},
            "wsgi.errors": sys.stderr,
            "wsgi.input": BytesIO(self.body),
            "wsgi.multiprocess": False,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.url_scheme": "https",
            "wsgi.version": (1, 0),
        }


def read(environ: Mapping[str, Any]) -> Message:
    """Read one request off a WSGI server; its body stream is at its end afterwards."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    headers |= environ.get(UNDERSCORED, {})
    uri = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or environ["PATH_INFO"])
    path = uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path
    return Message(
        method=environ["REQUEST_METHOD"],
        path=path or "/",
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=_body(environ),
        source_ip=environ.get("REMOTE_ADDR", ""),
    )


def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"


def _body(environ: Mapping[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return bytes(stream.read() if environ.get("wsgi.input_terminated") else stream.read(length))

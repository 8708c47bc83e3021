"""HTTP messages off and onto WSGI."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from infra.local.message import Message, read


def environ(**others: Any) -> dict[str, Any]:
    """What waitress hands over."""
    return {
        "REQUEST_METHOD": "PUT",
        "REQUEST_URI": "/drop/a%2Fb?x-id=PutObject",
        "PATH_INFO": "/drop/a/b",
        "QUERY_STRING": "x-id=PutObject",
        "CONTENT_TYPE": "text/plain; charset=utf-8",
        "CONTENT_LENGTH": "5",
        "HTTP_HOST": "127.0.0.1:4566",
        "HTTP_X_AMZ_DATE": "20260131T000000Z",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(b"hello"),
        **others,
    }


def test_a_message_is_what_was_sent() -> None:
    """Path and query as sent, header names in lower case, the body read."""
    message = read(environ())
    assert message == Message(
        method="PUT",
        path="/drop/a%2Fb",
        query="x-id=PutObject",
        headers={
            "host": "127.0.0.1:4566",
            "x-amz-date": "20260131T000000Z",
            "content-type": "text/plain; charset=utf-8",
            "content-length": "5",
        },
        body=b"hello",
        source_ip="127.0.0.1",
    )
    assert (message.host, message.content_type) == ("127.0.0.1:4566", "text/plain")


def test_it_survives_the_way_back() -> None:
    """The environment made of a message says the same again."""
    message = read(environ())
    again = read({**message.environ(), "REQUEST_URI": None})
    assert again == message


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("http://127.0.0.1:4566/drop/k?x=1", "/drop/k"),
        ("//drop/k?x=1", "//drop/k"),
        ("?x=1", "/"),
        ("/a?b=http://c/d", "/a"),
    ],
)
def test_the_path_of_any_request_line(uri: str, path: str) -> None:
    """Absolute addresses are for proxies; two slashes are no host."""
    assert read(environ(REQUEST_URI=uri)).path == path


def test_a_body_without_a_length_ends_with_its_stream() -> None:
    """Waitress joins chunked bodies and says where they end; without a length or an end there is none."""
    ended = environ(**{"CONTENT_LENGTH": "", "wsgi.input_terminated": True})
    assert read(ended).body == b"hello"
    assert read(environ(CONTENT_LENGTH="")).body == b""

from __future__ import annotations

from infra.deploy.progress import seldom


def test_what_takes_long_is_told_every_ten_seconds() -> None:
    """And nothing of what does not."""
    said: list[str] = []
    heard = seldom(said.append, "asking")
    for seconds in (0.0, 9.0, 11.0, 12.0, 20.9, 21.1):
        heard(seconds)
    assert said == ["  asking: 11 s", "  asking: 21 s"]

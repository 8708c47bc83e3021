"""Texts from logs, as they may be shown: what would stay unseen, or turn the text around it, is spelled out."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text with `\\u202e` and the like in place of controls, marks of direction and other unseen characters."""
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def short_principal(key: str, arn: str) -> tuple[str, str]:
    """What a principal is called at a glance, and its role: the session and the role of an assumed role, a user's name.

    `key` is the principal's id or the service that calls, which is what it is called where there is no ARN.
    """
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        role, _, session = name.partition("/")
        return plain(session or role), plain(role)
    return plain(name.rpartition("/")[2] or (kind if arn else "") or key), ""

"""What the hosts run at their first boot: shell scripts in this folder, filled in by CloudFormation's `Fn::Sub`."""

from __future__ import annotations

import base64
import bz2
import re
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CfnMapping, Fn
from constructs import Construct

_FOLDER = Path(__file__).parent
_STORY = Path(__file__).parents[3] / "scenario" / "story.py"


def user_data(script: str, values: Mapping[str, str]) -> str:
    """The script of that file name as an instance's `UserData`; `values` hold what its `${Name}` stand for."""
    text = (_FOLDER / script).read_text("utf-8")
    return Fn.base64(Fn.sub(text, dict(values)))


class SharedScript:
    """A script of several hosts. What is the same for all stands in the template once, as a mapping: room is scarce."""

    def __init__(self, scope: Construct, name: str, script: str) -> None:
        """`script` is a file name."""
        parts = re.split(r"\$\{([\w:]+)\}", (_FOLDER / script).read_text("utf-8"))
        self._texts = {f"Part{place}": text for place, text in enumerate(parts[::2])}
        self._names = parts[1::2]
        self._mapping = CfnMapping(scope, name, mapping={"Script": self._texts})

    def user_data(self, values: Mapping[str, str]) -> str:
        """The script as one host's `UserData`; `values` hold what its `${Name}` stand for, `AWS::Region` too."""
        texts = [self._mapping.find_in_map("Script", part) for part in self._texts]
        filled = [piece for text, name in zip(texts, self._names, strict=False) for piece in (text, values[name])]
        return Fn.base64(Fn.join("", [*filled, texts[-1]]))


def story_payload() -> str:
    """`scenario/story.py` as it is, compressed with bzip2, in base64.

    bzip2 because its output is the same wherever the template is synthesised, which zlib's is not.
    """
    return base64.b64encode(bz2.compress(_STORY.read_bytes())).decode("ascii")

"""What the hosts run at their first boot: shell scripts in this folder, filled in by CloudFormation's `Fn::Sub`."""

from __future__ import annotations

import base64
import bz2
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Fn

_FOLDER = Path(__file__).parent
_STORY = Path(__file__).parents[3] / "scenario" / "story.py"


def user_data(script: str, values: Mapping[str, str]) -> str:
    """The script of that file name as an instance's `UserData`; `values` hold what its `${Name}` stand for."""
    text = (_FOLDER / script).read_text("utf-8")
    return Fn.base64(Fn.sub(text, dict(values)))


def story_payload() -> str:
    """`scenario/story.py` as it is, compressed with bzip2, in base64.

    bzip2 because its output is the same wherever the template is synthesised, which zlib's is not.
    """
    return base64.b64encode(bz2.compress(_STORY.read_bytes())).decode("ascii")

"""What a template says once its parameters and resources are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def resolved(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every `Ref`, `Fn::GetAtt`, `Fn::Join` and `Fn::Sub` replaced; `names` are by "Id" and "Id.Arn"."""
    if isinstance(value, list):
        return [resolved(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": name}:
            return names[name]
        case {"Fn::GetAtt": [name, attribute]}:
            return names[f"{name}.{attribute}"]
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(part, names) for part in parts)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(.+?)\}", lambda found: names[found.group(1)], text)
    return {key: resolved(item, names) for key, item in value.items()}

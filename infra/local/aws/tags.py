"""Tags whose keys are AWS's own.

AWS: keys that begin with aws:, in any case, cannot be given or taken away by users (EC2 user guide, tag restrictions);
the words are those of answers seen in the wild.
Bare moto: everybody may, and so take CloudFormation's tags for his own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.tags import TagResponse

RESERVED: Final = "aws:"


class TagAnswers(TagResponse):
    """What callers may do with tags; CloudFormation's way to the backend is another."""

    def create_tags(self) -> ActionResult:
        """As moto's. Raises InvalidParameterValue."""
        _refuse_reserved(self._get_param("Tags", []))
        return super().create_tags()

    def delete_tags(self) -> ActionResult:
        """As moto's. Raises InvalidParameterValue."""
        _refuse_reserved(self._get_param("Tags", []))
        return super().delete_tags()


def _refuse_reserved(tags: Iterable[Mapping[str, Any]]) -> None:
    for key in [str(tag.get("Key", "")) for tag in tags]:
        if key.lower().startswith(RESERVED):
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Value ( {key} ) for parameter key is invalid. "
                f"Tag keys starting with '{RESERVED}' are reserved for internal use",
            )

"""What changes while a page is open, where many functions answer: counted in the event's table.

| pk | sk | what it is |
|---|---|---|
| `lab#LAB` | `live` | by topic, how often it changed |
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.desk.live import EVERYONE, Live, Topic
from grader.desk.organiser.here import ORGANISER

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ANEW = 15  # seconds after which whoever looks at all labs is told of a change, whether there was one or not


@dataclass(slots=True, kw_only=True)
class TableLive(Live):
    """Nobody is told of anything: who wants to know asks. Nothing goes on between two requests, so nothing is watched.

    Every method raises botocore's errors.
    """

    client: DynamoDBClient
    table: str

    def tell(self, lab: str, *topics: Topic) -> None:
        """Something of these topics is new in a lab."""
        names = {f"#{topic}": topic for topic in topics}
        self.client.update_item(
            TableName=self.table,
            Key=_key(lab),
            UpdateExpression="ADD " + ", ".join(f"{name} :one" for name in names),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def now(self, lab: str) -> Mapping[str, int]:
        """By topic: how often it changed, in this lab and in all labs at once."""
        if lab == EVERYONE:
            anew = Counter(findings=int(time.time() // ANEW))
            return anew + self._counted(EVERYONE) + self._counted(ORGANISER)
        return self._counted(lab) + self._counted(EVERYONE)

    def asked(self, lab: str) -> Mapping[str, int]:
        """The same: who asks is not remembered."""
        return self.now(lab)

    def watched(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def _counted(self, lab: str) -> Counter[str]:
        item = self.client.get_item(TableName=self.table, Key=_key(lab), ConsistentRead=True).get("Item", {})
        return Counter({name: int(value["N"]) for name, value in item.items() if "N" in value})


def _key(lab: str) -> dict[str, Any]:
    return {"pk": {"S": f"lab#{lab}"}, "sk": {"S": "live"}}

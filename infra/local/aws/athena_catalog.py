"""What Athena reads of Glue's catalog: views, and the files of the tables that they are over.

AWS: a view is a VIRTUAL_VIEW whose original text holds Presto's definition, base64 of JSON; with partition projection
the values of a table's partitions follow from its parameters, and its files are where the location template says.
https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
Local AWS knows the types enum and date, plain text with one column, and gzip.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from infra.local.lake.views import Line, StaleViewError, View

DEFINITION: Final = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")
PLAIN_TEXT: Final = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
)
NOW: Final = re.compile(r"NOW(?:([+-]\d+)DAYS?)?")
JAVA: Final[Mapping[str, str]] = {"yyyy": "%Y", "MM": "%m", "dd": "%d"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a table. `tag` is its content's hash, `size` its bytes as they are stored."""

    key: str
    tag: str
    size: int
    partition: Sequence[str]
    content: bytes

    def lines(self) -> Iterator[Line]:
        """The table's rows: the line, and the values of the partition."""
        raw = gzip.decompress(self.content) if self.key.endswith(".gz") else self.content
        for line in raw.decode("utf-8", "replace").splitlines():
            yield (line, *self.partition)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text files, as Glue has it."""

    account_id: str
    region: str
    raw: Mapping[str, Any]

    @property
    def columns(self) -> list[str]:
        """Its columns, those of its partition last."""
        held = [*self.raw["StorageDescriptor"]["Columns"], *self.raw.get("PartitionKeys", [])]
        return [column["Name"] for column in held]

    @property
    def place(self) -> tuple[str, str]:
        """Bucket and folder. Raises StaleViewError for a location that is none of S3's."""
        match = re.fullmatch(r"s3://([^/]+)/(.*)", self.raw["StorageDescriptor"].get("Location", ""))
        if match is None:
            raise StaleViewError(f"table {self.raw['Name']} has no location in S3")
        return match[1], match[2]

    def check(self) -> None:
        """Raise StaleViewError for a table that local AWS cannot read."""
        stored = self.raw["StorageDescriptor"]
        form = (stored.get("InputFormat"), stored.get("SerdeInfo", {}).get("SerializationLibrary"))
        if form != PLAIN_TEXT or len(stored["Columns"]) != 1:
            raise StaleViewError(f"local AWS reads plain text of one column only, not table {self.raw['Name']}")

    def files(self) -> Iterator[File]:
        """Its files, for all values of the partition. Raises StaleViewError."""
        bucket = s3_backends[self.account_id][get_partition(self.region)].buckets.get(self.place[0])
        keys, where = [key["Name"] for key in self.raw.get("PartitionKeys", [])], self._where()
        for name, held in sorted(bucket.keys.items()) if bucket else ():
            if match := where.match(name):
                yield File(name, held.etag, held.size, [match[key] for key in keys], held.value)

    def _where(self) -> re.Pattern[str]:
        bucket, folder = self.place
        parameters = self.raw.get("Parameters", {})
        template = parameters.get("storage.location.template", f"s3://{bucket}/{folder}")
        parts = re.split(r"\$\{(\w+)\}", template.removeprefix(f"s3://{bucket}/").rstrip("/"))
        texts, names = parts[::2], parts[1::2]
        holes = [f"(?P<{name}>{'|'.join(map(re.escape, _values(parameters, name)))})" for name in names]
        return re.compile("".join(re.escape(text) + hole for text, hole in zip(texts, [*holes, "/"], strict=True)))


def views(account_id: str, region: str) -> Iterator[View]:
    """Every view of an account in a region that Athena can read."""
    for database in list(glue_backends[account_id][region].databases.values()):
        for table in list(database.tables.values()):
            raw = table.as_dict()
            match = DEFINITION.fullmatch(raw.get("ViewOriginalText") or "")
            if raw.get("TableType") == "VIRTUAL_VIEW" and match:
                said = json.loads(base64.b64decode(match[1]))
                columns = {column["name"]: column["type"] for column in said["columns"]}
                yield View(name=f"{database.name}.{table.name}", sql=said["originalSql"], columns=columns)


def table_of(account_id: str, region: str, database: str, name: str) -> Table:
    """A table. Raises StaleViewError where there is none, or none that can be read."""
    tables = glue_backends[account_id][region].databases[database].tables
    if name not in tables:
        raise StaleViewError(f"Table '{database}.{name}' does not exist")
    table = Table(account_id, region, tables[name].as_dict())
    table.check()
    return table


def _values(parameters: Mapping[str, str], key: str) -> list[str]:
    """What a partition key may be. Raises StaleViewError for a projection that local AWS does not know."""
    setting = f"projection.{key}."
    kind = parameters.get(f"{setting}type") if parameters.get("projection.enabled") == "true" else None
    if kind == "enum":
        return parameters[f"{setting}values"].split(",")
    if kind == "date":
        first, last = (_day(text) for text in parameters[f"{setting}range"].split(","))
        form = re.sub("yyyy|MM|dd", lambda match: JAVA[match[0]], parameters[f"{setting}format"])
        return [(first + timedelta(days)).strftime(form) for days in range((last - first).days + 1)]
    raise StaleViewError(f"local AWS projects partitions of the types enum and date only, not {key}")


def _day(text: str) -> datetime:
    match = NOW.fullmatch(text)
    if match is None:
        raise StaleViewError(f"local AWS knows ranges of NOW and days only, not {text}")
    return datetime.now(UTC) + timedelta(int(match[1] or 0))

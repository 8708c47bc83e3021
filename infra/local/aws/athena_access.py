"""What Athena does in its caller's name, and whether the caller may: reading the catalog and the files, writing the
result.

https://docs.aws.amazon.com/athena/latest/ug/managed-policies.html, and the pages beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from infra.local.authoriser.authoriser import decision_for, denial_message
from infra.local.authoriser.policy import Ask
from infra.local.aws.athena_stores import Shown
from infra.local.call import AwsError, Call

ATHENA: Final = "athena.amazonaws.com"


def check_access(call: Call, asked: Sequence[Shown], output: str) -> None:
    """Raise AwsError unless the caller may read these views and write the result there."""
    asks = [ask for shown in asked for ask in (*_catalog(call, shown), *_files(shown))]
    bucket, _, key = output.removeprefix("s3://").partition("/")
    asks += [_ask("s3:GetBucketLocation", bucket), _ask("s3:PutObject", f"{bucket}/{key}")]
    _check(call, asks)


def may_read_result(call: Call, output: str) -> None:
    """Raise AwsError unless the caller may read the result."""
    _check(call, [_ask("s3:GetObject", output.removeprefix("s3://"))])


def _catalog(call: Call, shown: Shown) -> Iterator[Ask]:
    """Glue asks for every level of the catalog."""
    place = f"arn:aws:glue:{call.region}:{call.caller.account_id}"
    database, _, view = shown.opened.view.name.partition(".")
    levels = [f"{place}:catalog", f"{place}:database/{database}"]
    tables = [f"{place}:table/{database}/{name}" for name in (view, shown.opened.table)]
    for resource in levels:
        yield Ask(action="glue:GetDatabase", resource=resource)
    for resource in (*levels, *tables):
        yield Ask(action="glue:GetTable", resource=resource)


def _files(shown: Shown) -> Iterator[Ask]:
    bucket, folder = shown.table.place
    yield _ask("s3:ListBucket", bucket)
    yield _ask("s3:GetObject", f"{bucket}/{folder}any")


def _ask(action: str, place: str) -> Ask:
    return Ask(action=action, resource=f"arn:aws:s3:::{place}")


def _check(call: Call, asks: Sequence[Ask]) -> None:
    through_athena = replace(call, invoked_by=ATHENA)
    for ask in asks:
        decision = decision_for(through_athena, ask)
        if decision.result != "allowed":
            raise AwsError("AccessDeniedException", denial_message(through_athena, ask, decision))

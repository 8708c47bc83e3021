"""The CloudTrail API of the event history.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from infra.local.aws.cloudtrail_parameters import present, size_of, times_of
from infra.local.call import AwsError, Call
from infra.local.lake.history import ATTRIBUTES, Lookup, lookup
from infra.local.lake.lake import Lake

HISTORY: Final = timedelta(days=90)
MOST_LOOKED_UP: Final = 50


def lookup_events(lake: Lake, before_query: Callable[[], None], call: Call) -> Mapping[str, Any]:
    """LookupEvents, once `before_query` has returned.

    Raises AwsError: InvalidLookupAttributesException, InvalidMaxResultsException, InvalidTimeRangeException,
    InvalidNextTokenException.
    """
    attributes = call.parameters.get("LookupAttributes") or []
    if len(attributes) > 1 or any(a["AttributeKey"] not in ATTRIBUTES for a in attributes):
        raise AwsError("InvalidLookupAttributesException", "LookupEvents takes one lookup attribute that it knows.")
    size = size_of(call, "MaxResults", MOST_LOOKED_UP)
    oldest = call.time - HISTORY
    start, end = times_of(call, "InvalidTimeRangeException", default_start=oldest)
    if call.parameters.get("EventCategory") == "insight":
        return {"Events": []}
    before_query()
    wanted = Lookup(
        account_id=call.caller.account_id,
        region=call.region,
        start=max(start, oldest),
        end=end,
        attribute=(attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]) if attributes else None,
    )
    events, token = lookup(lake, wanted, most=size, token=call.parameters.get("NextToken"))
    return present({"Events": events, "NextToken": token})

# ruff: noqa: S608 - names and times are ours, and every text of others goes through `quoted`
"""The view's questions to an event data store, in the SQL of both kinds. Everything is grouped in the store.

A burst is a minute in which a row has many more events than in the busier of the half hours around it. How many more
is the log-likelihood ratio of a Poisson process: n ln(n / usual) - (n - usual). What happens steadily stays near 0
however busy it is; chance reaches LEAST once in some ten thousand minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from grader.desk.see.asked import Asked
from scenario.stage import Stage

MOST_ROWS = 24  # of the picture; what is left is one row more
MOST_BINS = 300
MOST_VALUES = 300  # of each dimension
PAGE = 50  # events
AROUND = 30  # minutes that a minute is compared with, on each side
LEAST, FEWEST = 12, 5  # of a burst: how far above the usual, and how many events
MINUTE = timedelta(minutes=1)

PRINCIPAL = "coalesce(useridentity.principalid, useridentity.invokedby, useridentity.type, '-')"
COLUMNS: Mapping[str, str] = {
    "principal": PRINCIPAL,
    "call": "eventname",
    "service": "eventsource",
    "region": "awsregion",
}
ROLE = "coalesce(useridentity.sessioncontext.sessionissuer.arn, '-')"
LISTED = f"eventtime, eventid, {PRINCIPAL}, useridentity.arn, eventname, eventsource, awsregion, errorcode, \
sourceipaddress, readonly"


@dataclass(frozen=True, slots=True)
class Window:
    """Whole bins of whole minutes: from `begin` on, `count` of `minutes` each."""

    begin: datetime
    minutes: int
    count: int

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.begin + self.minutes * self.count * MINUTE


STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)  # minutes of a bin; beyond them, whole days


def window(begin: datetime, end: datetime) -> Window:
    """The bins that hold all from `begin` to `end`, in as few minutes each as MOST_BINS allow."""
    span = max(int((end - begin) / MINUTE), 1)
    days = -(-span // (1440 * (MOST_BINS - 1)))
    minutes = next((step for step in STEPS if span <= step * (MOST_BINS - 2)), 1440 * days)
    first = begin - timedelta(minutes=(begin.hour * 60 + begin.minute) % min(minutes, 1440))
    first = first.replace(second=0, microsecond=0)
    return Window(first, minutes, max(1, -(-(end - first) // (minutes * MINUTE))))


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def written(time: datetime) -> str:
    """A time as SQL and CloudTrail Lake's results write it, in seconds."""
    return time.strftime("%Y-%m-%d %H:%M:%S")


def where(stage: Stage, asked: Asked, begin: datetime, end: datetime) -> str:
    """The conditions of what is asked for, between two times."""
    terms = [f"eventtime >= timestamp '{written(begin)}' and eventtime < timestamp '{written(end)}'"]
    terms += [f"{COLUMNS[name]} = {quoted(value)}" for name, value in asked.only.items()]
    if asked.error:
        terms.append("errorcode is not null")
    if not asked.own:
        terms.append(of_others(stage))
    return " and ".join(terms)


def of_others(stage: Stage) -> str:
    """The condition of events that neither the learner nor the grader made."""
    return f"{ROLE} not in ({quoted(stage.learner_role_arn)}, {quoted(stage.grader_role_arn)})"


def without(asked: Asked, name: str) -> Asked:
    """The same, for whichever value of one dimension."""
    return replace(asked, only={other: value for other, value in asked.only.items() if other != name})


def picture(stage: Stage, asked: Asked, shown: Window) -> str:
    """Rows of (place, key, keys, arn, calls, events, errors, burst, cells), those with the most bursts first.

    The last place is all the other keys together. A cell is "bin events errors burst", cells are separated by commas.
    """
    key, begin, end = COLUMNS[asked.by], shown.begin, shown.end
    among = without(asked, asked.by)
    near = where(stage, among, begin - AROUND * MINUTE, end + AROUND * MINUTE)
    inside = f"m >= timestamp '{written(begin)}' and m < timestamp '{written(end)}'"
    half = f"interval '{AROUND}' minute"
    return f"""
with events as (
  select {key} as k, useridentity.arn as arn, eventname, date_trunc('minute', eventtime) as m,
    case when errorcode is not null then 1 end as bad
  from {stage.store_id} where {near}
), minutes as (
  select k, m, count(*) as n, count(bad) as bad from events group by 1, 2
), named as (
  select k, max(arn) as arn, count(*) as calls from (
    select k, eventname, max(arn) as arn from events where {inside} group by 1, 2
  ) as pairs group by k
), judged as (
  select k, m, n, bad, greatest(
    sum(n) over (partition by k order by m range between {half} preceding and current row),
    sum(n) over (partition by k order by m range between current row and {half} following)
  ) / {AROUND + 1}e0 as usual from minutes
), bins as (
  select k, date_diff('minute', timestamp '{written(begin)}', m) / {shown.minutes} as b, sum(n) as n, sum(bad) as bad,
    sum(case when n >= {FEWEST} and n > usual and n * ln(n / usual) - n + usual >= {LEAST}
      then n * ln(n / usual) - n + usual else 0e0 end) as burst
  from judged where {inside} group by 1, 2
), ranked as (
  select k, least(row_number() over (order by sum(burst) desc, sum(n) desc, k), {MOST_ROWS + 1}) as place
  from bins group by k
), cells as (
  select place, b, sum(n) as n, sum(bad) as bad, sum(burst) as burst from bins join ranked using (k) group by 1, 2
), drawn as (
  select place, sum(n) as n, sum(bad) as bad, sum(burst) as burst,
    array_join(array_agg(concat_ws(' ', cast(b as varchar), cast(n as varchar), cast(bad as varchar),
      cast(cast(burst as bigint) as varchar))), ',') as cells
  from cells group by place
), keyed as (
  select place, min(k) as k, count(*) as many, max(arn) as arn, max(calls) as calls
  from ranked left join named using (k) group by place
)
select place, k, many, arn, calls, n, bad, burst, cells from drawn join keyed using (place) order by place"""


def sums(stage: Stage, asked: Asked, begin: datetime, end: datetime) -> str:
    """Rows of (Region, events, errors, calls, principals, first, last); the one without a Region is all together."""
    return (
        f"select awsregion, count(*), count(errorcode), count(distinct eventname), count(distinct {PRINCIPAL}), "
        f"min(eventtime), max(eventtime) from {stage.store_id} where {where(stage, asked, begin, end)} "
        "group by grouping sets ((), (awsregion)) order by 2 desc, 1"
    )


def listed(stage: Stage, asked: Asked, begin: datetime, end: datetime) -> str:
    """One page of events, as LISTED."""
    order = "desc" if asked.order == "newest" else "asc"
    return (
        f"select {LISTED} from {stage.store_id} where {where(stage, asked, begin, end)} "
        f"order by eventtime {order}, eventid {order} offset {(asked.page - 1) * PAGE} limit {PAGE}"
    )


def extent(stage: Stage, begin: datetime, *, own: bool) -> str:
    """The first and the last time of an event since `begin`, and how many there are; `own` as in `Asked`."""
    others = "" if own else f" and {of_others(stage)}"
    return (
        f"select min(eventtime), max(eventtime), count(*) from {stage.store_id} "
        f"where eventtime >= timestamp '{written(begin)}'{others}"
    )


def values(stage: Stage, begin: datetime) -> str:
    """Rows of (dimension, value, arn, events), the commonest of each dimension first."""
    since = f"from {stage.store_id} where eventtime >= timestamp '{written(begin)}' group by 2"
    counted = " union all ".join(
        f"select '{name}' as dimension, {column} as k, "
        f"{'max(useridentity.arn)' if name == 'principal' else 'null'} as arn, count(*) as n {since}"
        for name, column in COLUMNS.items()
    )
    return (
        "select dimension, k, arn, n from (select *, row_number() over (partition by dimension order by n desc, k) "
        f"as place from ({counted}) as counted) as placed where place <= {MOST_VALUES} order by dimension, n desc, k"
    )


def record(stage: Stage, event_id: str, begin: datetime, end: datetime) -> str:
    """The record of one event."""
    return (
        f"select eventjson from {stage.store_id} where eventtime >= timestamp '{written(begin)}' "
        f"and eventtime < timestamp '{written(end)}' and eventid = {quoted(event_id)} limit 1"
    )


def around(stage: Stage, principal: str, begin: datetime, end: datetime) -> str:
    """What a learner would write to see a principal's events between two times."""
    columns: Sequence[str] = ("eventtime", "eventname", "eventsource", "awsregion", "errorcode", "requestparameters")
    return (
        f"select {', '.join(columns)}\nfrom {stage.store_id}\nwhere {PRINCIPAL} = {quoted(principal)}\n"
        f"  and eventtime >= timestamp '{written(begin)}' and eventtime < timestamp '{written(end)}'\n"
        "order by eventtime"
    )

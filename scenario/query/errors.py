"""What can go wrong with a query.

    QueryError
    +-- QueryRejectedError   the store does not take the SQL: syntax, an unknown column, more than one SELECT
    +-- QueryFailedError     the query ran and failed
    +-- QueryCancelledError  somebody cancelled it
    +-- QueryTimeoutError    the store gave up, or we did; then the query has been cancelled
    +-- QueryBusyError       as many queries as the account may have were running all the time

Besides these there are botocore's own errors, for everything that is no matter of one query (network, permission).
"""

from __future__ import annotations


class QueryError(Exception):
    """A query gave no rows."""


class QueryRejectedError(QueryError):
    """The store does not accept this SQL. The message is the store's."""


class QueryFailedError(QueryError):
    """The query was accepted, and failed while it ran. The message is the store's."""


class QueryCancelledError(QueryError):
    """The query was cancelled by somebody else."""


class QueryTimeoutError(QueryError):
    """The query took longer than the store, or the caller, was willing to wait."""


class QueryBusyError(QueryError):
    """The account ran as many queries at once as it may, for as long as the caller was willing to wait."""

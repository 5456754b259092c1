"""The time budget: a caller has an answer within five seconds whatever the database does, and a
service has stopped within five. Each wait must end before the one around it, so all are here.

    a caller of a command or a query                        5
    a command in the append queue                           4.5  APPEND_TIMEOUT
    the use of a pooled connection, all its statements      4.5  CHECKOUT_TIMEOUT
    a page of the past or of history, for its turn           4    TURN_TIMEOUT
    a list that waits until it reflects a position          4    MAX_WAIT, http/channels.py
    one statement; a checkout; connecting, over all hosts   4    STATEMENT_TIMEOUT
    an append that waits for the lock of the head row       3.5  migrations/0002_append_commands.sql
    a replay that an operator begins, to be answered so     3    BEGINS_WITHIN, replays.py
    a node that is asked something for an operator          2    PATIENCE, operator/all_nodes.py
    a host that is tried while there is another             1    HOST_TIMEOUT

    at a stop: what is in flight                            3    GRACE, scripts/service/serve.py
    at a stop: the pool that closes its connections         1    CLOSE_TIMEOUT

The numbers are seconds. A statement or a connection that has spent its own is given up, and whoever
waits for it gets Unavailable; an append that has waited too long for the lock is not recorded.
"""

APPEND_TIMEOUT = 4.5
"""Seconds until a command that waits to be appended, or is being committed, is answered."""

CHECKOUT_TIMEOUT = 4.5
"""Seconds that a pooled connection may be used for, the wait for it included."""

TURN_TIMEOUT = 4.0
"""Seconds that a page of the past waits for others that are made."""

STATEMENT_TIMEOUT = 4.0
"""Seconds until a statement, a checkout or a new connection counts as unanswered."""

HOST_TIMEOUT = 1.0
"""Seconds that a host gets while there is another to try."""

CLOSE_TIMEOUT = 1.0
"""Seconds that connections get to close in order."""

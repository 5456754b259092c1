"""The hosts that a database URL names: tried in turn until one works, each with a timeout of its
own.

The timeout of asyncpg is for all of them together: the first that does not answer would use it up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from persistence.database.availability import AWAY, ServerNotReady, UnfitServer, words
from persistence.database.session_settings import InvalidDatabaseUrl, Session
from persistence.database.time_budget import HOST_TIMEOUT

CHECKED_ANYWAY = ("any", "primary", "read-write")
"""Values of `target_session_attrs` that ask for no more than `session.prepare` checks. asyncpg is
not given them: it goes by the parameters that are reported while connecting, and a pooler reports
those of an earlier connection."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a server may be, and what asyncpg is to ask of it."""

    name: str | None
    """A host, an address or a directory of sockets; None for the default of asyncpg."""
    port: int | None
    target_session_attrs: str | None

    @property
    def options(self) -> dict[str, Any]:
        """For asyncpg, to which they take precedence over the URL."""
        return {
            "host": self.name,
            "port": self.port,
            "target_session_attrs": self.target_session_attrs,
        }

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in (self.name or "") else self.name
        return f"{name}:{self.port}" if self.port else f"{name}"


Attempt = Callable[[Host, float], Awaitable[Session]]
"""Connects to a host and makes the connection fit for use, each step within so many seconds."""


class Hosts:
    """The hosts of one URL, and which to try first: the one that worked last."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._first = 0

    async def connect(self, attempt: Attempt, *, within: float) -> Session:
        """A connection to the first host that works, in about `within` seconds for all of them.

        Raises InvalidDatabaseUrl, and with a single host whatever the attempt raises. With several
        it raises one error that names what is wrong with each: UnfitServer where waiting helps
        with none, ServerNotReady where a server answered, else ConnectionError.
        """
        hosts = hosts_of(self._dsn)
        if len(hosts) == 1:
            return await attempt(hosts[0], within)
        clock = asyncio.get_running_loop().time
        deadline, start = clock() + within, self._first
        errors: dict[int, Exception] = {}
        for turn in range(start, start + len(hosts)):
            place, is_last = turn % len(hosts), len(errors) == len(hosts) - 1
            left = deadline - clock()
            if left <= 0:
                break
            try:
                session = await attempt(hosts[place], left if is_last else min(left, HOST_TIMEOUT))
            except (*AWAY, asyncpg.PostgresError, UnfitServer) as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                errors[place] = error
                # The next call, and one at the same time, begins with another host; and in time
                # each host is the last, which gets all the seconds that are left.
                self._first = (start + 1) % len(hosts)
            else:
                self._first = place
                return session
        raise _none_works(hosts, errors)


def _none_works(hosts: list[Host], errors: dict[int, Exception]) -> Exception:
    said = "; ".join(f"{hosts[place]}: {words(errors[place])}" for place in sorted(errors))
    found = errors.values()
    if len(errors) == len(hosts) and not any(isinstance(error, AWAY) for error in found):
        return UnfitServer(said)
    answers = (asyncpg.PostgresError, ServerNotReady, UnfitServer)
    if any(isinstance(error, answers) for error in found):
        return ServerNotReady(said)
    return ConnectionError(said)


def hosts_of(dsn: str) -> list[Host]:
    """One or more: those of the authority, else of the query. Raises InvalidDatabaseUrl."""
    try:
        return _hosts_of(dsn)
    except InvalidDatabaseUrl:
        raise
    except ValueError:
        raise InvalidDatabaseUrl.of_a_part() from None


def _hosts_of(dsn: str) -> list[Host]:
    parts = urlsplit(dsn)
    query = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    last = {name: values[-1] for name, values in query.items()}
    wanted = last.get("target_session_attrs")
    before, at, after = parts.netloc.partition("@")
    if authority := after if at else before:
        named = [_host(each, unquote) for each in authority.split(",")]
    elif "host" in last:
        named = [_host(each, str) for each in last["host"].split(",")]
    else:
        return [Host(None, None, wanted)]  # the environment may name some
    if len(named) > 1 and "@" in authority + parts.path + parts.fragment:
        # Else a part of the password would count as a host, and be told in an error.
        raise InvalidDatabaseUrl("an @ in it, other than the one before the hosts, must be %40")
    ports = last.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(named)
    if len(ports) != len(named):
        raise InvalidDatabaseUrl(f"could not match {len(ports)} port numbers to {len(named)} hosts")
    attribute = "any" if wanted is None or wanted in CHECKED_ANYWAY else wanted
    return [
        Host(name, own_port or (int(port) if port else None), attribute)
        for (name, own_port), port in zip(named, ports, strict=True)
    ]


def _host(text: str, unquoted: Callable[[str], str]) -> tuple[str, int | None]:
    """A name and its port, if it has one. Raises ValueError."""
    if text.startswith("/"):
        name, port = text, ""
    elif text.startswith("["):
        name, bracket, rest = text[1:].partition("]")
        between, _, port = rest.partition(":")
        if not bracket or between:
            raise ValueError("an address without its bracket or colon")
    else:
        name, _, port = text.partition(":")
    if not name:
        raise ValueError("a host without a name")
    return unquoted(name), int(unquoted(port)) if port else None

"""The machines of a cluster, where the user may make them: each node in a network namespace of its
own, and a switch between them that loses what it is told to lose.

    this machine ── switch ──┬── node 0
    (clients, Postgres)      ├── node 1
                             └── node 2

A namespace lasts as long as a process is in it. The first one in each ends with its standard input,
so nothing of this is left, however a run ends.
"""

import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Self


class Machines:
    """So many machines, with an address each. Raises OSError where they cannot be made."""

    def __init__(self, count: int) -> None:
        # RFC 2544 keeps these networks for tests; runs beside each other get other ones.
        network = f"198.18.{random.randrange(256)}"
        self.addresses = [f"{network}.{10 + number}" for number in range(count)]
        self.postgres = f"{network}.2"
        """The address of this machine at which the nodes are to find Postgres."""
        self._clients, self._gateway = f"{network}.1", f"{network}.254"
        self._network = f"{network}.0/24"
        self._device = f"kanal-{network.rpartition('.')[2]}"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._switch = stack.enter_context(_namespace())
            self._inside = [stack.enter_context(_namespace()) for _ in self.addresses]
            forward = "echo 1 > /proc/sys/net/ipv4/ip_forward"
            _run(*_in(self._switch), "sh", "-c", forward)
            self._plug_this()
            for number in range(len(self.addresses)):
                self._plug_in(number)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def command(self, number: int, *program: str) -> Sequence[str]:
        """What runs a program on a machine."""
        return [*_in(self._inside[number]), *program]

    def to_postgres(self, number: int) -> "Wire":
        return Wire(self._switch, self.addresses[number], self.postgres)

    def between(self, one: int, other: int) -> "Wire":
        return Wire(self._switch, self.addresses[one], self.addresses[other])

    def unplug(self, number: int) -> None:
        """Take a machine off the network."""
        _ip(self._switch, f"link set node{number} down")

    def plug_in(self, number: int) -> None:
        _ip(self._switch, f"link set node{number} up")

    def _plug_this(self) -> None:
        """Lead to the switch from here. It is gone when the switch is."""
        _ip(None, f"link add {self._device} type veth peer name here netns {self._switch}")
        _ip(
            None,
            f"addr add {self._clients} peer {self._gateway} dev {self._device}",
            f"addr add {self.postgres}/32 dev {self._device}",
            f"link set {self._device} up",
            f"route add {self._network} via {self._gateway} src {self._clients}",
        )
        _ip(
            self._switch,
            f"addr add {self._gateway} peer {self._clients} dev here",
            "link set here up",
            f"route add {self.postgres} dev here",
        )

    def _plug_in(self, number: int) -> None:
        address, inside = self.addresses[number], self._inside[number]
        _ip(self._switch, f"link add node{number} type veth peer name eth0 netns {inside}")
        _ip(
            self._switch,
            f"addr add {self._gateway} peer {address} dev node{number}",
            f"link set node{number} up",
        )
        _ip(
            inside,
            "link set lo up",
            f"addr add {address} peer {self._gateway} dev eth0",
            "link set eth0 up",
            f"route add default via {self._gateway}",
        )


@dataclass(frozen=True)
class Wire:
    """What passes the switch between two addresses. What is lost is sent again by TCP, later and
    later; no connection is ended."""

    switch: int
    one: str
    other: str

    async def cut(self) -> None:
        """Lose everything, and say so to who sends it: new connections fail at once."""
        self._rules("add", "unreachable")

    def stall(self) -> None:
        """Lose everything without a word."""
        self._rules("add", "blackhole")

    def heal(self) -> None:
        self._rules("del", "")

    def _rules(self, change: str, action: str) -> None:
        ends = ((self.one, self.other), (self.other, self.one))
        _ip(self.switch, *(f"rule {change} pref 1 from {a} to {b} {action}" for a, b in ends))


@contextmanager
def _namespace() -> Iterator[int]:
    """A network namespace; answers the id of a process in it."""
    program = ("unshare", "--net", "sh", "-c", "echo && exec cat")
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        if not process.stdout.readline():
            raise PermissionError("no network namespace can be made here")
        try:
            yield process.pid
        finally:
            process.stdin.close()


def _in(namespace: int) -> Sequence[str]:
    return ("nsenter", "--target", str(namespace), "--net")


def _ip(namespace: int | None, *lines: str) -> None:
    inside = () if namespace is None else _in(namespace)
    _run(*inside, "ip", "-batch", "-", given="\n".join(lines))


def _run(*command: str, given: str = "") -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {given}: {done.stderr}")

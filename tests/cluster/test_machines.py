"""The machines of a cluster: what is cut is cut there alone, and nothing is left of them."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest

from tests.cluster.machines import Machines
from tests.support.background import eventually

PORT = 8_000

SERVER = f"""
import socket
with socket.create_server(("", {PORT})) as listener:
    print(flush=True)
    while listener.accept():
        pass
"""
"""Takes connections for ever."""

CLIENT = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)"


@contextmanager
def listening(machines: Machines) -> Iterator[None]:
    """Something takes connections on each machine."""
    servers = [
        subprocess.Popen(
            machines.command(number, sys.executable, "-c", SERVER), stdout=subprocess.PIPE
        )
        for number in range(len(machines.addresses))
    ]
    try:
        for server in servers:
            assert server.stdout is not None
            server.stdout.readline()
        yield
    finally:
        for server in servers:
            server.kill()
            server.communicate()


@pytest.fixture
def machines() -> Iterator[Machines]:
    with ExitStack() as stack:
        try:
            made = stack.enter_context(Machines(3))
        except OSError as error:
            pytest.skip(f"no machines can be made here: {error}")
        stack.enter_context(listening(made))
        yield made


def reaches(machines: Machines, number: int, address: str, port: int = PORT) -> bool:
    """Whether a machine gets a connection."""
    command = machines.command(number, sys.executable, "-c", CLIENT, address, str(port))
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def all_pairs(machines: Machines) -> Sequence[tuple[int, int]]:
    """Those that reach each other, in this direction."""
    numbers = range(len(machines.addresses))
    return [
        (one, other)
        for one in numbers
        for other in numbers
        if one != other and reaches(machines, one, machines.addresses[other])
    ]


@pytest.mark.parametrize("how", ["cut", "stall"])
async def test_two_are_cut_from_each_other_and_not_from_the_third(
    machines: Machines, how: str
) -> None:
    everybody = all_pairs(machines)
    assert len(everybody) == 6
    wire = machines.between(0, 1)
    if how == "cut":
        await wire.cut()
    else:
        wire.stall()
    assert all_pairs(machines) == [(0, 2), (1, 2), (2, 0), (2, 1)]
    wire.heal()
    assert all_pairs(machines) == everybody


def test_one_is_cut_from_postgres_alone(machines: Machines) -> None:
    with socket.create_server((machines.postgres, 0)) as postgres:
        port = postgres.getsockname()[1]
        machines.to_postgres(0).stall()
        found = [reaches(machines, number, machines.postgres, port) for number in range(3)]
    assert found == [False, True, True]
    socket.create_connection((machines.addresses[0], PORT)).close()


async def test_one_that_is_unplugged_is_alone(machines: Machines) -> None:
    async def all_reach_each_other() -> bool:
        return len(all_pairs(machines)) == 6

    machines.unplug(0)
    assert all_pairs(machines) == [(1, 2), (2, 1)]
    with pytest.raises(OSError, match=r"route|unreachable|timed out"):
        socket.create_connection((machines.addresses[0], PORT), timeout=1)
    machines.plug_in(0)
    await eventually(all_reach_each_other)


async def test_nothing_is_left_of_them(machines: Machines) -> None:
    address = machines.postgres

    async def is_gone() -> bool:
        try:
            socket.create_server((address, 0)).close()
        except OSError:
            return True
        return False

    assert not await is_gone()
    machines.__exit__()
    await eventually(is_gone)

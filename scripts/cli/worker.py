"""One of several workers: what their parent starts, as `python -m scripts.cli.worker NAME LISTENER
PIPE`, with the file descriptors that it inherits. It reads its settings anew."""

import os
import socket

import typer

from scripts.cli.command import database_url, one_line_errors, run
from scripts.service.drain import stops_within
from scripts.service.environment import load_settings
from scripts.service.listening.listener import at_its_address
from scripts.service.log_lines import log_to_standard_error
from scripts.service.serve import serve
from scripts.service.settings import Settings
from scripts.service.workers.as_worker import AsWorker


def serve_as_worker(name: str, listener: int, pipe: int) -> None:
    with one_line_errors(), socket.socket(fileno=listener) as inherited:
        os.environ.pop("NOTIFY_SOCKET", None)  # its parent speaks to systemd, for all
        settings = at_its_address(load_settings(), inherited)
        log_to_standard_error(settings.log_format, access_log=settings.access_log, worker=name)
        with database_url(settings) as url:
            run(_serve(settings, url, inherited, name, socket.socket(fileno=pipe)))


async def _serve(
    settings: Settings, url: str, listener: socket.socket, name: str, pipe: socket.socket
) -> None:
    as_worker = await AsWorker.open(name, pipe)

    def ready() -> None:
        as_worker.ready(stops_within(settings.drain))

    await serve(settings, url, listener, ready, as_worker)


if __name__ == "__main__":
    typer.run(serve_as_worker)

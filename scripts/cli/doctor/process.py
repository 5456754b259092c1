"""The process: how many files it may open, and whether there are cores for its workers."""

import resource

from scripts.cli.doctor.finding import Finding, ok, warning
from scripts.service.settings import Settings
from scripts.service.worker_settings import parse_workers

OTHER_FILES = 100
"""Files of a node beside its connections: the log, its libraries, links to other nodes."""


def check_process(settings: Settings) -> list[Finding]:
    return [_files(settings), _workers(settings)]


def _files(settings: Settings) -> Finding:
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + settings.database_connections + OTHER_FILES
    if most == resource.RLIM_INFINITY or most >= needed:
        return ok("files", f"{_number(most)} may be open, {needed:,} are enough")
    return warning(
        "files",
        f"{most:,} may be open, and KANAL_MAX_CONNECTIONS ({settings.max_connections:,}) needs"
        f" {needed:,}",
        f"ulimit -n {needed}, LimitNOFILE={needed} under systemd, or a smaller"
        " KANAL_MAX_CONNECTIONS",
    )


def _workers(settings: Settings) -> Finding:
    cores = parse_workers("auto")
    if settings.workers > cores:
        return warning(
            "workers",
            f"{settings.workers} for {cores} cores: they only take each other's time",
            "set KANAL_WORKERS=auto",
        )
    return ok("workers", f"{settings.workers}, and cores: {cores}")


def _number(most: int) -> str:
    return "any number" if most == resource.RLIM_INFINITY else f"{most:,}"

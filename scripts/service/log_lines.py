"""The lines of the log on standard error: text for people, or a JSON object a line, with the same
fields. Whatever a client has sent into one of them, a line stays one line."""

import logging
from typing import Literal

from scripts.service.log_formats import JsonLines, TextLines
from transport.access_log import logger as access_logger
from transport.correlation import name_request

LogFormat = Literal["text", "json"]


def log_to_standard_error(
    log_format: LogFormat = "text", *, access_log: bool = False, worker: str | None = None
) -> None:
    """Log lines on standard error, each with the request that it was made in, and the name of the
    worker where there are several."""
    # No line has its thread, process or source (see the logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = logging.StreamHandler()
    handler.addFilter(name_request)
    handler.setFormatter(JsonLines(worker) if log_format == "json" else TextLines(worker))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)  # Python would write them in a form of its own
    access_logger.setLevel(logging.INFO if access_log else logging.WARNING)
    logging.getLogger("sanic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs the URL of each request


def is_logging_json() -> bool:
    """Whether this process writes its log as JSON lines, and so is to write nothing else."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.root.handlers)

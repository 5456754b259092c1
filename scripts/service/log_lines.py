"""The lines of the log, as they are written to standard error."""

import logging

from transport.correlation import name_request


def log_to_standard_error(worker: str | None = None) -> None:
    """Log lines on standard error, each with the request that it was made in, and the name of the
    worker where there are several."""
    # The format has no thread, process or source line (see the logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    which = f"[{worker}] " if worker else ""
    handler = logging.StreamHandler()
    handler.addFilter(name_request)
    logging.basicConfig(
        level=logging.INFO,
        handlers=[handler],
        format=f"%(asctime)s {which}%(levelname)s %(name)s [%(correlation_id)s] %(message)s",
    )
    logging.getLogger("sanic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs the URL of each request

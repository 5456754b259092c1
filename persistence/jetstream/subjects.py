"""The names of the log in NATS: its stream, and the subjects of its messages.

    KANAL-<log>                            the stream of a log, by the log's id
    kanal.<log>.<workspace>.<type>         an event: kanal.0b0e….demo.channel.created
    kanal.<log>.demo.>                     all of a workspace
    KANAL-LOGS, kanal.logs.<first log>     which log is the current one

A workspace is one token of a subject, percent-encoded as in URLs, the dot too. What is of no
workspace has a token that no workspace can have.
"""

from functools import lru_cache
from urllib.parse import quote, unquote

NO_WORKSPACE = "@"

LOGS_STREAM = "KANAL-LOGS"
"""The stream that says which log is the current one."""

LOGS_SUBJECTS = "kanal.logs.*"


def stream_name(log_id: str) -> str:
    """The stream of a log."""
    return f"KANAL-{log_id}"


def all_subjects(log_id: str) -> str:
    """The subjects of a log's events, with a wildcard."""
    return f"kanal.{log_id}.>"


def workspace_subjects(log_id: str, workspace_id: str | None) -> str:
    """Those of a workspace, or of what is of no workspace."""
    return f"kanal.{log_id}.{workspace_token(workspace_id)}.>"


@lru_cache(4_096)
def event_subject(log_id: str, workspace_id: str | None, kind: str) -> str:
    """That of an event; its type may have dots."""
    tokens = ".".join(map(_token, kind.split(".")))
    return f"kanal.{log_id}.{workspace_token(workspace_id)}.{tokens}"


def logs_subject(first_log_id: str) -> str:
    """That of what is said of the logs which go on one from the other, by the id of the first."""
    return f"kanal.logs.{first_log_id}"


def workspace_token(workspace_id: str | None) -> str:
    """The token of a workspace."""
    return NO_WORKSPACE if workspace_id is None else _token(workspace_id)


def workspace_of(subject: str) -> str | None:
    """The workspace of an event's subject. Raises ValueError where it is none."""
    tokens = subject.split(".", 3)
    if len(tokens) < 4 or tokens[0] != "kanal":
        raise ValueError(f"{subject!r} is no subject of an event")
    return None if tokens[2] == NO_WORKSPACE else unquote(tokens[2], errors="strict")


def _token(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E") or "%"  # a token cannot be empty

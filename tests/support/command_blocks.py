"""The blocks of commands in a document: indented by four spaces, as the documents have them. One
that is not run is marked in a comment before it, `<!-- not run: WHY -->`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PROGRAMS = (
    "curl|docker|git|head|install|kanal|kubectl|make|npm|pg_basebackup|pg_ctl|pg_dump|pg_restore"
    "|pg_rewind|pip|pipx|printf|psql|python|python3|systemctl|tail|uv"
)
_COMMAND = re.compile(rf"(?:\$ )?(?:\w+=\S+ )*(?:{_PROGRAMS})(?: |$)")
_SAID_OF_IT = re.compile(r" {2,}(?:#|[^\s-]).*")
"""What a line says of its command, in a column of its own."""


@dataclass(frozen=True)
class CommandBlock:
    """Its commands, in order; `not_run` is why they are not run, where they are not."""

    document: str
    line: int
    commands: list[str]
    not_run: str | None

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def command_blocks() -> Iterator[CommandBlock]:
    """Those of the README and the documents."""
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        mark, block, began = None, list[str](), 0
        for number, line in enumerate([*path.read_text().splitlines(), ""], 1):
            if line.startswith("    "):
                began = began if block else number
                block.append(line[4:])
                continue
            if any(map(_COMMAND.match, block)):
                document = str(path.relative_to(ROOT))
                yield CommandBlock(document, began, _commands(block), mark)
            if block or line:
                found = re.fullmatch(r"<!-- not run: (.+) -->", line)
                mark, block = found[1] if found else None, []


def _commands(block: list[str]) -> list[str]:
    """One text each, lines that go on joined; without what is printed, and what is said of it."""
    has_output = any(line.startswith("$ ") for line in block)
    commands: list[str] = []
    goes_on = False
    for line in block:
        if goes_on:
            commands[-1] += "\n" + line
        elif not has_output or line.startswith("$ "):
            commands.append(line.removeprefix("$ "))
        else:
            continue
        goes_on = line.endswith("\\")
    return [_SAID_OF_IT.sub("", each) if "\n" not in each else each for each in commands]

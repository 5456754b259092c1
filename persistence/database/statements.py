"""Statements: SQL of more than a few lines is in a file of its own, in the folder `sql` beside the
module that executes it."""

from pathlib import Path


def statement(module: str, name: str) -> str:
    """The SQL in `sql/<name>.sql` beside a module, which passes its `__file__`."""
    return (Path(module).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")

"""Errors of the operating system in words, for the one line with which a program ends."""


def in_words(error: OSError) -> str:
    """What is wrong, with the path that it is about where there is one."""
    path = f"{error.filename}: " if isinstance(error.filename, str) else ""
    return f"{path}{error.strerror or error}"

"""The header `Forwarded` (RFC 7239), read into its elements: what each proxy says of the request
that it was asked, the first of them at the left."""

import re
from collections.abc import Mapping
from typing import TypeAlias

Element: TypeAlias = Mapping[str, str]
"""The pairs of one proxy, by their names in lower case: `for`, `by`, `host`, `proto`."""


def read_forwarded(line: str) -> list[Element] | None:
    """The elements of one header line; None where it is not as the RFC says.

    The time it takes grows with the length of the line and no faster.
    """
    elements: list[Element] = []
    element: dict[str, str] = {}
    end = 0
    while pair := _PAIR.match(line, end):
        name, quoted, plain, delimiter = pair.groups()
        if name is not None:
            value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
            if name.lower() in element:
                return None  # each parameter at most once (4)
            element[name.lower()] = value
        if delimiter != ";":
            if element:  # of a list, an element may be empty (RFC 9110, 5.6.1.2)
                elements.append(element)
            element = {}
        end = pair.end()
        if not delimiter:
            return elements
    return None


_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"  # RFC 9110, 5.6.2
# With possessive quantifiers: nothing that was read is ever read again in another way. A value that
# is not quoted may be an address with its port, as it must not, but is written by some.
_PAIR = re.compile(rf'[ \t]*+(?:({_NAME})=(?:"((?:[^"\\]|\\.)*+)"|([^;,"\s]++)))?[ \t]*+([;,]|\Z)')
_ESCAPED = re.compile(r"\\(.)")

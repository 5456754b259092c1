"""Requests to the service over HTTP, each repeated until it has an answer or its patience ends."""

import asyncio
import json
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from kanal_client.errors import KanalError
from kanal_client.tokens import Tokens
from kanal_client.waiting import backoff

ANSWERED_WITHIN = 15.0
"""Seconds until an attempt without an answer is given up, and the next one is made."""


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is of segments below that of the service, as they are. With a `token` that one and no
    other is sent; without, the application's, and once a fresh one."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str | int] | None = None
    headers: Mapping[str, str] | None = None
    body: Any = None
    token: str | None = None


class Requests:
    """Sends requests to the service at a base URL that ends with a slash."""

    def __init__(self, http: httpx.AsyncClient, base: str, tokens: Tokens, patience: float) -> None:
        self._http = http
        self.base = base
        self.tokens = tokens
        self._patience = patience

    async def send(self, request: Request, *, patience: float | None = None) -> httpx.Response:
        """Repeat a request for so many seconds.

        Raises KanalError, or what the application raises that is asked for a token.
        """
        until = time.monotonic() + (self._patience if patience is None else patience)
        url = self._url(request.path)
        token = request.token if request.token is not None else await self.tokens.current()
        has_renewed, may_be_done, attempt = request.token is not None, False, 0
        while True:
            try:
                return await self._answered(url, token, request)
            except KanalError as error:
                if error.status == 401 and not has_renewed:
                    has_renewed, refused = True, token
                    token = await self.tokens.instead_of(refused)
                    if token != refused:
                        continue
                attempt += 1
                wait = backoff(attempt, error.retry_after)
                is_open = error.is_passing and error.code != "rate_limited"
                may_be_done = may_be_done or is_open
                if not error.is_passing or time.monotonic() + wait > until:
                    error.may_be_done = may_be_done
                    raise
                await asyncio.sleep(wait)

    def _url(self, path: tuple[str, ...]) -> str:
        for segment in path:
            if segment in ("", ".", ".."):  # a URL loses it, and names something else then
                raise KanalError("invalid", f"{segment!r} is no id")
        return self.base + "/".join(quote(segment, safe="") for segment in path)

    async def _answered(self, url: str, token: str, request: Request) -> httpx.Response:
        for value in (request.headers or {}).values():
            if not _fits_a_header(value):
                raise KanalError("invalid", f"{value!r} has a character that no header can hold")
        if not token or not _fits_a_header(token):
            code = "token_invalid" if token else "token_missing"
            raise KanalError(code, "the token is empty, or no header can hold it", status=401)
        headers = {**(request.headers or {}), "Authorization": f"Bearer {token}"}
        try:
            response = await self._http.request(
                request.method, url, params=request.query, headers=headers, json=request.body,
                timeout=ANSWERED_WITHIN,
            )  # fmt: skip
        except httpx.HTTPError as error:
            raise KanalError("unreachable", "the service has not answered") from error
        if response.is_success:
            return response
        raise _refusal(response)


def _fits_a_header(value: str) -> bool:
    return value.isascii() and value.isprintable()


NEVER_ENDS = math.inf
"""The patience of what is asked for until it is there."""


def _refusal(response: httpx.Response) -> KanalError:
    """A refusal of the service, or of a proxy before it, which says no code."""
    problem: Any = {}
    with suppress(json.JSONDecodeError, UnicodeDecodeError):
        problem = response.json()
    if not isinstance(problem, dict):
        problem = {}
    status = response.status_code
    by_status = "rate_limited" if status == 429 else "unavailable" if status > 501 else "internal"
    retry_after = response.headers.get("Retry-After", "")
    return KanalError(
        problem.get("code", by_status),
        problem.get("detail", f"status {status}"),
        status=status,
        retry_after=float(retry_after) if retry_after.isdecimal() else None,
    )

"""Requests to the service over HTTP, each repeated until it has an answer or its patience ends."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import quote

import httpx
import msgspec

from kanal_client.errors import Code, KanalError
from kanal_client.tokens import Tokens
from kanal_client.waiting import backoff

Answer = TypeVar("Answer")

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
    on_repeat: Callable[[KanalError], None] | None = None
    """Is told why an attempt is repeated."""


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
                if request.on_repeat is not None:
                    request.on_repeat(error)
                await asyncio.sleep(wait)

    async def why_unconnected(self, request: Request) -> KanalError:
        """Why there is no connection, as far as the answer to one request tells. It may be without
        a token."""
        try:
            await self._answered(self._url(request.path), self.tokens.latest, request)
        except KanalError as error:
            if not error.is_about_token:
                return error
        message = "the service answers requests, but there is no connection to it"
        return KanalError("unreachable", message)

    def _url(self, path: tuple[str, ...]) -> str:
        for segment in path:
            if segment in ("", ".", ".."):  # a URL loses it, and names something else then
                raise KanalError("invalid", f"{segment!r} is no id")
        return self.base + "/".join(quote(segment, safe="") for segment in path)

    async def _answered(self, url: str, token: str | None, request: Request) -> httpx.Response:
        for value in (request.headers or {}).values():
            if not _fits_a_header(value):
                raise KanalError("invalid", f"{value!r} has a character that no header can hold")
        headers = dict(request.headers or {})
        if token is not None:
            if not token or not _fits_a_header(token):
                code: Code = "token_invalid" if token else "token_missing"
                raise KanalError(code, "the token is empty, or no header can hold it")
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):  # httpx has one for each read alone
                response = await self._http.request(
                    request.method, url, params=request.query, headers=headers, json=request.body,
                    timeout=None,
                )  # fmt: skip
        except (httpx.HTTPError, TimeoutError) as error:
            raise KanalError("unreachable", "the service has not answered") from error
        said = _parsed(response)
        if response.is_success and isinstance(said, dict):
            return response
        raise _refusal(response, said if isinstance(said, dict) else {})


def _fits_a_header(value: str) -> bool:
    return value.isascii() and value.isprintable()


NEVER_ENDS = math.inf
"""The patience of what is asked for until it is there."""


def answer_of(response: httpx.Response, kind: type[Answer]) -> Answer:
    """What an answer says. Raises KanalError where it is none of the service."""
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.DecodeError:
        raise wrong_url(response) from None


def _parsed(response: httpx.Response) -> Any:
    with suppress(ValueError, RecursionError):
        return response.json()
    return None


def _refusal(response: httpx.Response, said: Mapping[str, Any]) -> KanalError:
    """A refusal of the service; or what a proxy says that has none behind it just now; or of
    something else."""
    status, code = response.status_code, said.get("code")
    detail = said.get("detail", f"status {status}")
    waits = response.headers.get("Retry-After", "")
    retry_after = float(waits) if waits.isdecimal() else None
    if isinstance(code, str) and code != "unknown_path":
        return KanalError(cast(Code, code), detail, status=status, retry_after=retry_after)
    if status == 429 or status > 501:
        passing: Code = "rate_limited" if status == 429 else "unavailable"
        return KanalError(passing, detail, status=status, retry_after=retry_after)
    return wrong_url(response)


def wrong_url(response: httpx.Response) -> KanalError:
    """The answer is none of the service."""
    status = response.status_code
    where = response.url.copy_with(query=None, username=None, password=None)
    message = f"{where} is not answered as Kanal does, with status {status}: is the url right?"
    return KanalError("wrong_url", message, status=status)

"""The commands and queries of a workspace's channels. Each is repeated until it has an answer, and
done once."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import msgspec

from kanal_client.errors import KanalError
from kanal_client.models import Channel, HistoryEntry, Member, MemberRole
from kanal_client.requests import Request, Requests, answer_of, wrong_url

Entry = TypeVar("Entry", Member, HistoryEntry)

PAGE = 200


class Commands:
    """All raise KanalError where the service refuses, has not answered for the client's patience
    (`unreachable`, `unavailable`), or is none (`wrong_url`); and what the application raises that
    is asked for a token. All may be refused as `token_invalid`, `token_expired`, `access_revoked`
    or `forbidden` (the token is not for the workspace); the codes beyond that each names itself."""

    def __init__(
        self, requests: Requests, workspace: str, own_id: Callable[[], str | None]
    ) -> None:
        """`own_id` answers that of the user, once it is known."""
        self._requests = requests
        self._workspace = workspace
        self._own_id = own_id

    async def create(
        self,
        name: str,
        *,
        description: str | None = None,
        is_private: bool = False,
        idempotency_key: str | None = None,
    ) -> Channel:
        """Create a channel, and answer it as it is; its `position` is what `reached` takes.

        `name` has 1 to 100 characters after trimming, no control characters, and is unique in the
        workspace regardless of case. A private channel is seen by its members alone. The same
        `idempotency_key` creates one channel, also in another process; without one each call
        creates its own.

        Raises `name_taken`, `too_many_channels`, `invalid`, `forbidden` (for a guest), `conflict`,
        `idempotency_key_reused`.
        """
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        body = {"name": name, "description": description, "isPrivate": is_private}
        response = await self._requests.send(
            Request("POST", self._path(), headers=headers, body=body)
        )
        return answer_of(response, Channel)

    async def get(self, channel_id: str) -> Channel:
        """The channel as it is now, consistent with the log at once. Raises `not_found` where there
        is none that the user may see."""
        response = await self._requests.send(Request("GET", self._path(channel_id)))
        return answer_of(response, Channel)

    async def update(
        self,
        channel_id: str,
        *,
        name: str | msgspec.UnsetType = msgspec.UNSET,
        description: str | msgspec.UnsetType | None = msgspec.UNSET,
        is_private: bool | msgspec.UnsetType = msgspec.UNSET,
        version: int | None = None,
    ) -> Channel:
        """Set the fields that are given, which are as in `create`, and answer the channel as it is
        then; with None there is no description any more. A `version` is the only one of the channel
        that it is meant for.

        Raises `not_found`, `forbidden`, `name_taken`, `invalid`, `conflict`, `stale_version`.
        """
        given = {"name": name, "description": description, "isPrivate": is_private}
        body = {field: value for field, value in given.items() if value is not msgspec.UNSET}
        response = await self._change(channel_id, "PATCH", body=body, version=version)
        if response is None:
            return await self.get(channel_id)
        return answer_of(response, Channel)

    async def delete(self, channel_id: str, *, version: int | None = None) -> None:
        """End a channel, at that `version` alone if there is one: afterwards there is none for the
        user. Raises `not_found`, `forbidden`, `conflict`, `stale_version`."""
        await self._change(channel_id, "DELETE", version=version, is_gone=True)

    async def add_member(
        self,
        channel_id: str,
        user_id: str,
        *,
        role: MemberRole | None = None,
        version: int | None = None,
    ) -> None:
        """Let a user into a private channel, or change their role. Without a role it is as it was,
        and `user` for a new member.

        Raises `not_found`, `forbidden`, `not_private`, `last_admin`, `invalid`, `conflict`,
        `stale_version`.
        """
        below = ("members", user_id)
        body = None if role is None else {"role": role}
        await self._change(channel_id, "PUT", *below, body=body, version=version)

    async def remove_member(
        self, channel_id: str, user_id: str, *, version: int | None = None
    ) -> None:
        """Take a user out of a private channel; everybody may take out themselves.

        Raises `not_found`, `forbidden`, `not_private`, `last_admin`, `conflict`, `stale_version`.
        """
        is_gone = user_id == self._own_id()
        below = ("members", user_id)
        await self._change(channel_id, "DELETE", *below, version=version, is_gone=is_gone)

    def members(self, channel_id: str) -> AsyncIterator[Member]:
        """The members of a private channel, in the order of their ids. Raises `not_found`."""
        return self._pages("members", channel_id, Member)

    def history(self, channel_id: str) -> AsyncIterator[HistoryEntry]:
        """What happened to a channel, oldest first; fetched page by page as it is read. Raises
        `not_found`."""
        return self._pages("history", channel_id, HistoryEntry)

    async def _change(
        self,
        channel_id: str,
        method: str,
        *below: str,
        body: Any = None,
        version: int | None = None,
        is_gone: bool = False,
    ) -> httpx.Response | None:
        """The answer to a command; None where an attempt that had no answer has done it, and the
        next one was therefore refused. `is_gone` says that the user does not see the channel any
        more then."""
        request_id = uuid4().hex
        headers = {"X-Request-ID": request_id}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        path = self._path(channel_id, *below)
        try:
            response = await self._requests.send(Request(method, path, headers=headers, body=body))
        except KanalError as error:
            if not error.may_be_done:
                raise
            if error.code == "not_found" and is_gone:
                return None
            if error.code == "stale_version" and await self._is_done(channel_id, request_id):
                return None
            raise
        return response

    async def _is_done(self, channel_id: str, request_id: str) -> bool:
        return any([entry.request_id == request_id async for entry in self.history(channel_id)])

    async def _pages(self, what: str, channel_id: str, kind: type[Entry]) -> AsyncIterator[Entry]:
        after: Mapping[str, str] = {}
        seen: set[str] = set()
        while True:
            query: dict[str, str | int] = {"limit": PAGE, **after}
            path = self._path(channel_id, what)
            response = await self._requests.send(Request("GET", path, query))
            body = answer_of(response, dict[str, Any])
            for entry in body[what]:
                yield msgspec.convert(entry, kind)
            if body["next"] is None:
                return
            if body["next"] in seen:  # it would not end
                raise wrong_url(response)
            seen.add(body["next"])
            after = {"after": body["next"]}

    def _path(self, *below: str) -> tuple[str, ...]:
        return ("workspaces", self._workspace, "channels", *below)

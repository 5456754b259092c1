"""What is refused or has no answer, as one exception with a `code` that programs go by."""

ABOUT_TOKEN = frozenset(
    {
        "token_missing", "token_invalid", "token_expired", "not_authenticated", "access_revoked",
        "forbidden",
    }
)  # fmt: skip

PASSING = frozenset({"unreachable", "unavailable", "rate_limited"})


class KanalError(Exception):
    """`code` is one of the service's (docs/api.md), or `unreachable`, where it has given no answer.

    `status` is that of HTTP, 0 where there is none; `retry_after` the seconds after which it may
    be tried again, where the service says so; `may_be_done` says that an attempt had no answer, so
    what was asked for may have happened.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 0,
        retry_after: float | None = None,
        may_be_done: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.may_be_done = may_be_done

    @property
    def is_passing(self) -> bool:
        """Whether the same may go well a moment later."""
        return self.code in PASSING

    @property
    def is_about_token(self) -> bool:
        """Whether the token is not good, or not for the workspace."""
        return self.code in ABOUT_TOKEN

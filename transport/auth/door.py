"""The door: verifies the token of whoever asks, as far as the limits of their address allow."""

from domain.errors import AccessRevoked
from transport.auth.tokens import Access, TokenVerifier
from transport.errors import Unauthenticated
from transport.limits.limits import Limits


class Door:
    """Verifies tokens that come from an address, and counts those that are refused."""

    def __init__(self, tokens: TokenVerifier, limits: Limits) -> None:
        self._tokens = tokens
        self._limits = limits

    async def verify(self, token: str, address: str, *, is_prepaid: bool = False) -> Access:
        """The access that a token grants; `is_prepaid` where its handshake has paid for it.

        Where the address has used up its limit, a token that was good before is still verified: it
        costs nothing, and others may share the address. Raises RateLimited, Unauthenticated,
        AccessRevoked and Unavailable.
        """
        if is_prepaid:
            return await self._tokens.verify(token)
        if self._limits.has_used_up(address) and not self._tokens.has_verified(token):
            self._limits.stranger(address)
        try:
            return await self._tokens.verify(token)
        except (Unauthenticated, AccessRevoked):
            self._limits.failed(address)
            raise

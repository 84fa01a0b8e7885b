"""Who is an operator: whoever shows a token of `ISOGLOSS_OPERATOR_TOKENS` (DESIGN §4). Nothing else makes one."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

VARIABLE = "ISOGLOSS_OPERATOR_TOKENS"
SHORTEST = 32


class WeakToken(ValueError):  # noqa: N818 - reads as what the variable holds
    """A token is too short to be safe. The message counts tokens and never repeats one."""


class Operators:
    """The tokens of this process, as bytes."""

    def __init__(self, tokens: tuple[bytes, ...] = ()) -> None:
        self._tokens = tokens

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Operators:
        """Tokens are separated by commas or white space, each at least 32 bytes. Raises WeakToken."""
        parts = environment.get(VARIABLE, "").replace(",", " ").split()
        tokens = tuple(part.encode("utf-8", "surrogateescape") for part in parts)
        for number, token in enumerate(tokens, 1):
            if len(token) < SHORTEST:
                raise WeakToken(
                    f"{VARIABLE}: token {number} has {len(token)} bytes, at least {SHORTEST} are needed. "
                    f'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
                )
        return cls(tokens)

    def admits(self, authorization: bytes | None) -> bool:
        """Whether an `Authorization` field shows one of the tokens. Every token is compared, in constant time."""
        scheme, _, shown = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer":
            return False
        shown = shown.strip()
        return sum(hmac.compare_digest(token, shown) for token in self._tokens) > 0

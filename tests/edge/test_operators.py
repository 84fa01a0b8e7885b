"""Who is an operator, and who is not."""

from __future__ import annotations

import pytest

from edge.operators import SHORTEST, VARIABLE, Operators, WeakToken

FIRST, SECOND = "a" * SHORTEST, "another-token-of-an-operator-äöü"


def test_every_token_of_the_variable_makes_an_operator() -> None:
    for separator in (",", " ", "\n", ", "):
        operators = Operators.from_environment({VARIABLE: f"{FIRST}{separator}{SECOND}"})
        assert operators.admits(f"Bearer {FIRST}".encode())
        assert operators.admits(f"bearer   {SECOND} ".encode())


STRANGERS = (
    None,
    b"",
    b"Bearer",
    b"Bearer ",
    b"Bearer " + b"b" * SHORTEST,
    b"Bearer " + FIRST.encode() + b"a",
    b"Bearer " + FIRST.encode()[:-1],
    b"Basic " + FIRST.encode(),
    FIRST.encode(),
    b"Bearer " + FIRST.encode() + b", Bearer " + FIRST.encode(),
    b"Bearer \xff\xfe",
)


def test_nobody_else_is_one() -> None:
    operators = Operators.from_environment({VARIABLE: FIRST})
    assert [shown for shown in STRANGERS if operators.admits(shown)] == []


def test_without_tokens_nobody_is_one() -> None:
    for environment in ({}, {VARIABLE: ""}, {VARIABLE: " , "}):
        operators = Operators.from_environment(environment)
        assert not any(operators.admits(shown) for shown in (*STRANGERS, b"Bearer", b"Bearer "))


def test_a_short_token_is_refused_and_never_repeated() -> None:
    with pytest.raises(WeakToken, match=f"token 2 has 6 bytes, at least {SHORTEST} are needed") as caught:
        Operators.from_environment({VARIABLE: f"{FIRST},secret"})
    assert "secret" not in str(caught.value).replace("secrets.token_urlsafe", "").replace("import secrets", "")


def test_bytes_that_are_no_text_are_a_token_like_any_other() -> None:
    raw = b"\xff" * SHORTEST
    operators = Operators.from_environment({VARIABLE: raw.decode("utf-8", "surrogateescape")})
    assert operators.admits(b"Bearer " + raw)

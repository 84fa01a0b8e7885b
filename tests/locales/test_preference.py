"""What is said about a visitor's wish."""

from __future__ import annotations

import pytest

from locales.preference import complete

COMPLETED = [
    (("sub",), ("sub", "dub", "voiceover")),
    (("dub",), ("dub", "voiceover", "sub")),
    (("sub", "dub"), ("sub", "dub", "voiceover")),
    (("dub", "sub"), ("dub", "voiceover", "sub")),
    (("sub", "original"), ("sub", "original", "dub", "voiceover")),
    (("sub", "voiceover"), ("sub", "voiceover", "dub")),
    (("voiceover",), ("voiceover", "sub", "dub")),
    (("dub", "sub", "voiceover"), ("dub", "sub", "voiceover")),
    (("original",), ("original", "sub", "dub", "voiceover")),
    ((), ("sub", "dub", "voiceover")),
]


@pytest.mark.parametrize(("mode", "completed"), COMPLETED)
def test_a_mode_order_never_forbids(mode: tuple[str, ...], completed: tuple[str, ...]) -> None:
    assert complete(mode) == completed

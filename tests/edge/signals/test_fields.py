"""Fields as one mapping, and the limits beyond which they count as absent."""

from __future__ import annotations

from edge.signals.fields import beyond, field, joined


def test_the_lines_of_a_field_are_one_list() -> None:
    raw = [(b"accept", b"a"), (b"cookie", b"x=1"), (b"accept", b"b"), (b"cookie", b"y=2"), (b"accept", b"c")]
    assert joined(raw) == {b"accept": b"a, b, c", b"cookie": b"x=1; y=2"}


def test_a_field_beyond_its_limit_is_absent() -> None:
    headers = {b"user-agent": b"x" * 513, b"referer": b"x" * 2048, b"x-other": b"x" * 1025}
    assert field(headers, b"user-agent") is None
    assert field(headers, b"referer") == b"x" * 2048
    assert field(headers, b"x-other") is None
    assert field(headers, b"dnt") is None


def test_what_is_beyond_its_limit_is_noted() -> None:
    headers = {b"user-agent": b"x" * 513, b"cookie": b"x" * 4097, b"referer": b"x"}
    assert beyond(headers) == ("cookie", "user-agent")
    assert beyond({}, b"x" * 4097) == ("query",)

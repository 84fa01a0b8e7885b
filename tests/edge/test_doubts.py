"""What is told to somebody who describes a visitor in words that mean nothing."""

from __future__ import annotations

from edge.doubts import doubts


def test_what_everybody_understands_raises_no_doubt() -> None:
    sure: tuple[dict[str, str], ...] = (
        {},
        {"country": "ES"},
        {"country": "es", "region": "CT"},
        {"region": "ES-CT"},
        {"country": "DE", "device": "TV", "age": "adult", "consent": "2", "os": "beos", "q": "anything"},
    )
    assert [list(doubts(named)) for named in sure] == [[]] * len(sure)


def test_what_nobody_understands_is_told_with_what_may_have_been_meant() -> None:
    cases = {
        ("country", "UK"): ('"UK" is no country of ISO 3166-1.', 'Did you mean "GB"?'),
        ("country", "??"): ('"??" is no country of ISO 3166-1.', ""),
        ("region", "ES-QQ"): ('"ES-QQ" is no region of ISO 3166-2.', 'Write one such as "ES-CT".'),
        ("device", "phon"): ('"phon" is no device.', 'Did you mean "phone"?'),
        ("age", "12"): ('"12" is no age.', "Use one of: child, teen, adult."),
        ("consent", "yes"): ('"yes" is no consent.', "Use one of: 0, 1, 2, 3."),
    }
    assert {(name, value): doubt for name, value in cases for doubt in doubts({name: value})} == cases
    ((problem, _),) = doubts({"country": "DE", "region": "ES-CT"})
    assert problem == '"ES-CT" is no region of ISO 3166-2 in DE.'

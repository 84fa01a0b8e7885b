"""What is told to somebody who describes a visitor in words that mean nothing."""

from __future__ import annotations

from edge.doubts import doubts


def test_what_everybody_understands_raises_no_doubt() -> None:
    sure: tuple[dict[str, str], ...] = (
        {},
        {"country": "ES"},
        {"country": "es", "region": "CT"},
        {"region": "ES-CT"},
        {"country": "DE", "device": "TV", "age": "adult", "consent": "2", "unit": "a b", "os": "beos", "q": "anything"},
        {"choose": "language=es, mode=sub, variant=es-sub, captions, audio_description=?0"},
    )
    assert [list(doubts(named)) for named in sure] == [[]] * len(sure)


def test_what_nobody_understands_is_told_with_what_may_have_been_meant() -> None:
    cases = {
        ("country", "UK"): ('"UK" is no country of ISO 3166-1.', 'Did you mean "GB"?'),
        ("country", "??"): ('"??" is no country of ISO 3166-1.', ""),
        ("region", "ES-QQ"): ('"ES-QQ" is no region of ISO 3166-2.', 'Write one such as "ES-CT".'),
        ("device", "phon"): ('"phon" is no device.', 'Did you mean "phone"?'),
        ("age", "12"): ('"12" is no age.', "Use one of: child, teen, adult."),
        ("unit", "x" * 129): ("What is given as unit is none.", "It has 1 to 128 characters that can be printed."),
        ("consent", "yes"): ('"yes" is no consent.', "Use one of: 0, 1, 2, 3."),
    }
    assert {(name, value): doubt for name, value in cases for doubt in doubts({name: value})} == cases
    ((problem, _),) = doubts({"country": "DE", "region": "ES-CT"})
    assert problem == '"ES-CT" is no region of ISO 3166-2 in DE.'


def test_what_of_a_choice_counts_for_nothing_is_told_member_by_member() -> None:
    modes = "Use one of: original, sub, dub, voiceover."
    parts = "Use one of: language, mode, variant, captions, audio_description."
    cases = {
        "mode=zz": [('"zz" is no mode.', modes)],
        "mode=subs": [('"subs" is no mode.', 'Did you mean "sub"?')],
        "mode=(sub dub)": [('"(…)" is no mode.', modes)],
        'language="xx", mode=sub': [('"xx" is no language.', 'Write a BCP 47 tag such as "es" or "zh-Hant".')],
        "variant=ES": [
            ('"ES" is no variant.', "Write the id of a variant: a-z, 0-9, - and _, beginning with a letter.")
        ],
        "captions=7, audio_description=no": [
            ('"7" is no captions.', "Write ?1 or ?0."),
            ('"no" is no audio_description.', "Write ?1 or ?0."),
        ],
        "modus=sub": [('"modus" is no part of a choice.', 'Did you mean "mode"?')],
        "qqq=sub": [('"qqq" is no part of a choice.', parts)],
        "((": [('"((" is no choice.', 'Write one such as "language=es, mode=sub".')],
        "\ud800": [('"\ud800" is no choice.', 'Write one such as "language=es, mode=sub".')],
    }
    assert {text: list(doubts({"choose": text})) for text in cases} == cases

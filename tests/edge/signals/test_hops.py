"""The entries `[[proxies]]`: what each preset reads, and what is said of entries that are faulty."""

from __future__ import annotations

from typing import Any

import pytest

from edge.signals.fields import joined
from edge.signals.hops import Hop, parse_proxies
from edge.signals.presets import PRESETS
from locales.findings import Finding, Severity

LINES = {(0, "from"): 7, (0, "preset"): 8, (1, "headers"): 12}


def parse(*tables: dict[str, Any], **environment: str) -> tuple[tuple[Hop, ...], list[Finding]]:
    return parse_proxies(tables, lambda entry, key: LINES.get((entry, key), 0), "site.toml", environment)


def hop_of(**table: Any) -> Hop:
    hops, findings = parse({"from": ["10.0.0.1"], **table})
    assert findings == []
    return hops[0]


# Preset, fields of a request, input, the word.
WORDS = (
    ("cloudflare", {"CF-IPCountry": "ES"}, "country", "ES"),
    ("cloudflare", {"CF-Region-Code": "CT"}, "region", "CT"),
    ("cloudflare", {"CF-Timezone": "Europe/Madrid"}, "zone", "Europe/Madrid"),
    ("cloudflare", {"CF-Connecting-IP": "81.2.69.160"}, "address", "81.2.69.160"),
    ("cloudfront", {"CloudFront-Viewer-Country": "ES"}, "country", "ES"),
    ("cloudfront", {"CloudFront-Viewer-Country-Region": "CT"}, "region", "CT"),
    ("cloudfront", {"CloudFront-Viewer-Time-Zone": "Europe/Madrid"}, "zone", "Europe/Madrid"),
    ("cloudfront", {"CloudFront-Is-SmartTV-Viewer": "true", "CloudFront-Is-Desktop-Viewer": "true"}, "device", "tv"),
    ("cloudfront", {"CloudFront-Is-Tablet-Viewer": "true", "CloudFront-Is-Mobile-Viewer": "true"}, "device", "tablet"),
    ("cloudfront", {"CloudFront-Is-Mobile-Viewer": "true", "CloudFront-Is-Desktop-Viewer": "false"}, "device", "phone"),
    ("cloudfront", {"CloudFront-Is-Desktop-Viewer": "true"}, "device", "desktop"),
    ("cloudfront", {"CloudFront-Is-Desktop-Viewer": "false"}, "device", None),
    ("cloudfront", {"CloudFront-Is-Android-Viewer": "true"}, "os", "android"),
    ("cloudfront", {"CloudFront-Is-IOS-Viewer": "true"}, "os", "ios"),
    ("akamai", {"X-Akamai-Edgescape": "georegion=263,country_code=ES,region_code=CT,city=BARCELONA"}, "country", "ES"),
    ("akamai", {"X-Akamai-Edgescape": "georegion=263,country_code=ES,region_code=CT,city=BARCELONA"}, "region", "CT"),
    ("akamai", {"X-Akamai-Edgescape": "city=BARCELONA"}, "country", None),
    (
        "akamai",
        {"X-Akamai-Device-Characteristics": "brand_name=Apple;is_tablet=true;is_mobile=true"},
        "device",
        "tablet",
    ),
    (
        "akamai",
        {"X-Akamai-Device-Characteristics": "is_tablet=false; is_mobile=true; device_os=Android"},
        "device",
        "phone",
    ),
    (
        "akamai",
        {"X-Akamai-Device-Characteristics": "is_tablet=false; is_mobile=true; device_os=Android"},
        "os",
        "Android",
    ),
    ("google", {"X-Appengine-Country": "es"}, "country", "es"),
    ("google", {"X-Appengine-Region": "ct"}, "region", "ct"),
    ("vercel", {"X-Vercel-IP-Country": "ES"}, "country", "ES"),
    ("vercel", {"X-Vercel-IP-Country-Region": "CT"}, "region", "CT"),
    ("vercel", {"X-Vercel-IP-Timezone": "Europe/Madrid"}, "zone", "Europe/Madrid"),
    ("fastly", {"Fastly-Client-IP": "1.1.1.1"}, "address", None),
    ("cloudflare", {"CF-IPCountry": ""}, "country", None),
    ("cloudflare", {"CF-IPCountry": "E" * 2000}, "country", None),
)


@pytest.mark.parametrize(("preset", "fields", "name", "word"), WORDS)
def test_a_preset_reads_what_its_network_writes(
    preset: str, fields: dict[str, str], name: str, word: str | None
) -> None:
    headers = joined((field.lower().encode(), value.encode()) for field, value in fields.items())
    assert hop_of(preset=preset).says(name, headers) == word


def test_an_operator_names_fields_and_takes_some_away() -> None:
    hop = hop_of(preset="cloudfront", headers={"country": "X-Geo", "device": "X-Device", "os": ""})
    assert hop.names("country") == ("x-geo",)
    assert hop.names("region") == ()  # one speaker for the whole place
    assert hop.names("device") == ("x-device",)
    assert hop.names("os") == ()


def test_a_hop_without_a_preset_may_set_the_context() -> None:
    assert hop_of(headers={"country": "X-Geo"}).names("country") == ("x-geo", "isogloss-context")
    assert hop_of(headers={"country": "X-Geo"}, context=False).names("country") == ("x-geo",)
    assert hop_of(preset="akamai", normalised=True).names("country") == ("isogloss-context",)


def test_several_fields_of_one_input_are_listed_once() -> None:
    assert hop_of(preset="akamai").names("device") == ("x-akamai-device-characteristics",)


FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({}, "proxy-from", 'Write from = ["10.0.0.0/8"] or from = ["unix"].'),
    ({"from": []}, "proxy-from", 'Write from = ["10.0.0.0/8"] or from = ["unix"].'),
    (
        {"from": ["10.0.0.0/33"]},
        "proxy-from",
        'Write an address or a network such as "10.0.0.0/8" or "2001:db8::/32", or "unix".',
    ),
    ({"from": ["unix"], "preset": "cloudfare"}, "unknown-preset", 'Did you mean "cloudflare"?'),
    ({"from": ["unix"], "preset": 7}, "unknown-preset", f"Presets are {', '.join(PRESETS)}."),
    ({"from": ["unix"], "headers": "X-Geo"}, "proxy-headers", 'Write headers = { country = "X-Geo-Country" }.'),
    ({"from": ["unix"], "headers": {"contry": "X-Geo"}}, "unknown-input", 'Did you mean "country"?'),
    ({"from": ["unix"], "headers": {"country": "X Geo"}}, "proxy-headers", 'Write a name such as "X-Geo-Country".'),
    ({"from": ["unix"], "headers": {"country": 7}}, "proxy-headers", 'Write a name such as "X-Geo-Country".'),
    ({"from": ["unix"], "normalized": True}, "unknown-key", 'Did you mean "normalised"?'),
    ({"from": ["unix"], "normalised": "yes"}, "proxy-flag", "Write normalised = true."),
    (
        {"from": ["unix"], "secret_env": "S", "secret_header": "X Y"},
        "proxy-headers",
        'Write a name such as "X-CDN-Secret".',
    ),
)


@pytest.mark.parametrize(("table", "code", "cure"), FAULTS)
def test_a_faulty_entry_is_told_with_its_cure(table: dict[str, Any], code: str, cure: str) -> None:
    _, findings = parse(table, S="secret")
    assert [(one.code, one.cure, one.severity) for one in findings] == [(code, cure, Severity.error)]


def test_findings_name_the_line_of_the_key() -> None:
    _, findings = parse({"from": ["x"], "preset": "y"}, {"from": ["unix"], "headers": {"z": "X"}})
    assert [one.line for one in findings] == [7, 8, 12]


def test_a_network_that_holds_everybody_and_a_secret_that_is_not_set_are_warned_of() -> None:
    hops, findings = parse({"from": "0.0.0.0/0"}, {"from": ["0.0.0.0/0"], "secret_env": "UNSET"})
    assert [(one.code, one.severity) for one in findings] == [
        ("everybody-is-a-hop", Severity.warning),
        ("unset-secret", Severity.warning),
    ]
    assert len(hops) == 2


def test_an_entry_without_networks_is_no_hop() -> None:
    assert parse({"from": ["nowhere"]})[0] == ()


def test_no_print_of_a_hop_shows_its_secret() -> None:
    hops, _ = parse({"from": ["10.0.0.1"], "secret_env": "KEY"}, KEY="open sesame")
    assert hops[0].secret == b"open sesame"
    assert "sesame" not in repr(hops[0]) + repr(hops[0].__rich_repr__())

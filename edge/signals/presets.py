"""What each content delivery network says of a visitor, and in which field: a table, one row for each.

Only fields belong here whose names the network keeps for itself. Left out on purpose are `Fastly-Client-IP` (Fastly's reference:
"if a client sets this header themselves, we will use it") and fields that have their name from an operator's configuration:
for those the operator names the field, `headers = { country = "X-Geo-Country" }`.

Sources: Cloudflare, Managed Transforms reference; AWS, Add CloudFront request headers; Akamai, Edgescape and Device
characterization; Google Cloud, Custom headers and App Engine request headers; Vercel, Request headers.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Source(Struct, frozen=True):
    """Where a word for an input stands. `field` is lower-case.

    `member`: the field is a list of `name=value`, and this name is meant. `word`: the field or member is a flag, and this is
    the input's value where it is true.
    """

    field: bytes
    member: str | None = None
    word: str | None = None


Sources = Mapping[str, tuple[Source, ...]]

#: Inputs that say where a visitor is: one speaker speaks for all of them.
PLACE = ("country", "region", "zone")

#: What a hop can be told to take from a field of its own. `address` is the chain of addresses, or a field with one.
NAMEABLE = ("address", *PLACE, "device", "os", "segment", "stage", "seen", "age", "consent", "unit")


def _plain(**fields: str) -> Sources:
    return {name: (Source(field.encode("ascii")),) for name, field in fields.items()}


def _flags(**words: str) -> tuple[Source, ...]:
    return tuple(Source(field.replace("_", "-").encode("ascii"), word=word) for field, word in words.items())


_AKAMAI_DEVICE = b"x-akamai-device-characteristics"

#: Where several flags are true the first row counts: a television may call itself a desktop as well.
PRESETS: Mapping[str, Sources] = {
    # Location fields come with the managed transform "Add visitor location headers"; CF-IPCountry with "IP geolocation" alone.
    "cloudflare": _plain(
        address="cf-connecting-ip", country="cf-ipcountry", region="cf-region-code", zone="cf-timezone"
    ),
    # All of them by origin request policy.
    "cloudfront": {
        **_plain(
            address="cloudfront-viewer-address",
            country="cloudfront-viewer-country",
            region="cloudfront-viewer-country-region",
            zone="cloudfront-viewer-time-zone",
        ),
        "device": _flags(
            cloudfront_is_smarttv_viewer="tv",
            cloudfront_is_tablet_viewer="tablet",
            cloudfront_is_mobile_viewer="phone",
            cloudfront_is_desktop_viewer="desktop",
        ),
        "os": _flags(cloudfront_is_android_viewer="android", cloudfront_is_ios_viewer="ios"),
    },
    # Adds the address to X-Forwarded-For. Place and device are VCL variables: `headers = { country = "X-Geo-Country" }`.
    "fastly": {},
    # EdgeScape and device characteristics are switched on in the property.
    "akamai": {
        "address": (Source(b"true-client-ip"),),
        "country": (Source(b"x-akamai-edgescape", "country_code"),),
        "region": (Source(b"x-akamai-edgescape", "region_code"),),
        "device": (
            Source(_AKAMAI_DEVICE, "is_tablet", "tablet"),
            Source(_AKAMAI_DEVICE, "is_mobile", "phone"),
            Source(_AKAMAI_DEVICE, "is_wireless_device", "phone"),
        ),
        "os": (Source(_AKAMAI_DEVICE, "device_os"),),
    },
    # App Engine, which removes what visitors send under these names. Behind a load balancer name its custom request headers,
    # made of {client_region} and {client_region_subdivision}: `headers = { country = "X-Client-Region", … }`.
    "google": _plain(country="x-appengine-country", region="x-appengine-region"),
    "vercel": _plain(
        address="x-real-ip",
        country="x-vercel-ip-country",
        region="x-vercel-ip-country-region",
        zone="x-vercel-ip-timezone",
    ),
}

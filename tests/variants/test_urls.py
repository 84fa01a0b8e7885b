"""URLs of variants."""

from __future__ import annotations

import pytest

from variants.urls import media_type_of, url_fault

GOOD = (
    "https://media.example/a.mp4", "http://media.example:8080/a?b=c#d", "HTTPS://MEDIA.EXAMPLE/", "/films/a.mp4", "a.mp4",
    "../a.mp4", "//cdn.example/a.mp4", "?page=2", "https://[2001:db8::1]/a", "https://xn--bcher-kva.example/%C3%A9",
)  # fmt: skip
BAD = {
    "": "Write where",
    "javascript:alert(1)": "https, http",
    "data:text/html,x": "https, http",
    "ftp://media.example/a": "https, http",
    "https://": "host",
    "https:///a.mp4": "host",
    "https:a.mp4": "host",
    "//": "host",
    "https://media.example:99999/": "port",
    "https://media.example:x/": "port",
    "https://[2001:db8::1/a": "port",
    "https://media.example/a b": "%20",
    "https://media.example/a\\b": "%20",
    "https://media.example/\x00": "%20",
    "https://media.example/%zz": "%20",
    'https://media.example/"': "%20",
}
SUFFIXES = {
    "https://media.example/a.mp4": "video/mp4",
    "https://media.example/a.M3U8?token=a.mpd": "application/vnd.apple.mpegurl",
    "a.mpd#t=1": "application/dash+xml",
    "/page.html": "text/html",
    "photo.avif": "image/avif",
    "https://media.example/": "",
    "https://media.example/a.b/film": "",
    "https://media.example/a.xyz": "",
    "mp4": "",
}


@pytest.mark.parametrize("url", GOOD)
def test_a_url_that_can_be_served(url: str) -> None:
    assert url_fault(url) is None


@pytest.mark.parametrize("url", BAD)
def test_a_url_that_cannot_be_served_has_a_cure(url: str) -> None:
    assert BAD[url] in (url_fault(url) or "")


@pytest.mark.parametrize("url", SUFFIXES)
def test_the_suffix_tells_the_media_type(url: str) -> None:
    assert media_type_of(url) == SUFFIXES[url]

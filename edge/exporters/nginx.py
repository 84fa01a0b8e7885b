"""Look-up mode for nginx: `auth_request` asks, one cache keeps the answers, another the content by variant.

Facts that this follows, each found by running nginx 1.22 (docs/nginx.md):

- `auth_request` makes 500 of everything but 2xx, 401 and 403, so every failure becomes 204 by `error_page`.
- nginx holds `Vary` against the *client's* fields, not against those that it sends: answers are kept by variables instead.
- Within the subrequest `$uri` and `$args` are its own: the address of the page is `$request_uri`.
- `proxy_cache_use_stale` would outlive every bar; without it nginx keeps to `stale-if-error` of the answer.
- A variable that `auth_request_set` sets is not known yet where `if` is evaluated; after an internal redirect it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge.exporters.lookup import ANSWER_MS, CONNECT_MS, OURS, Lookup, title
from edge.exporters.routes import BARRED, Route

#: Statuses that nginx may get from the service, or give itself where it has no answer.
_FAILURES = "300 301 302 303 307 308 400 401 403 404 405 408 410 413 414 429 431 451 500 501 502 503 504"


#: By what was said and the origin's `Cache-Control`: that of the answer to the visitor. The first that matches counts.
_LIFETIMES = (
    (r'"~^\|"', '"private, max-age=0"'),
    (r'"~^none\|"', "$upstream_http_cache_control"),
    ('"~*no-store"', '"no-store"'),
    ('"~*max-age=(?<isogloss_age>[0-9]+)"', '"private, max-age=$isogloss_age"'),
)


def lookup_configuration(lookup: Lookup) -> str:
    """A file for nginx's `http` block: upstreams, caches, maps, and a server."""
    use = "copy it to /etc/nginx/conf.d/, then nginx -t && nginx -s reload"
    return "\n".join([lookup.head("#", "nginx", use), "", *_http(lookup), "", *_server(lookup), ""])


def _http(lookup: Lookup) -> Iterator[str]:
    yield f"upstream isogloss_service {{ server {lookup.service}; keepalive 32; }}"
    yield f"upstream isogloss_origin {{ server {lookup.origin}; keepalive 32; }}"
    yield ""
    for name, size in (("decisions", "64m"), ("objects", "1g")):
        yield (
            f"proxy_cache_path {lookup.folder}/{name} levels=1:2 keys_zone=isogloss_{name}:16m inactive=1d"
            f" max_size={size} use_temp_path=off;"
        )
    yield ""
    yield "# Which variant stands for a path where the service gives no answer."
    yield from _map("$request_uri", "$isogloss_fallback", "none", _fallbacks(lookup.routes))
    yield ""
    yield "# What the service said, else the fallback."
    yield from _map("$isogloss_said", "$isogloss_variant", "$isogloss_said", [('""', "$isogloss_fallback")])
    yield ""
    yield "# Behind one address stand several variants, so only the visitor's own browser may keep what it got, and"
    yield "# nobody what was shown for want of an answer. What is no item's keeps the lifetime that the origin gave it."
    yield from _map('"$isogloss_said|$upstream_http_cache_control"', "$isogloss_lifetime", "private", _LIFETIMES)
    yield from _map("$isogloss_said", "$isogloss_expires", '""', [("none", "$upstream_http_expires")])
    yield ""
    yield "# A choice that the visitor made before stands in a cookie and is handed on as a field."
    yield from _map("$cookie_isogloss_choice", "$isogloss_choice", "$cookie_isogloss_choice", [])
    if lookup.country is not None:
        yield ""
        yield "# What nginx knows of the place, in the one field that the service takes a hop's word from."
        yield from _map(lookup.country, "$isogloss_context", '""', [('"~^[A-Z][A-Z]$"', f'"country={lookup.country}"')])


def _map(source: str, target: str, default: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"map {source} {target} {{"
    yield f"    default {default};"
    yield from (f"    {left} {right};" for left, right in rows)
    yield "}"


def _fallbacks(routes: Iterable[Route]) -> Iterator[tuple[str, str]]:
    return ((f'"~{route.pattern}"', route.fallback) for route in routes)


def _server(lookup: Lookup) -> Iterator[str]:
    yield "server {"
    yield f"    listen {lookup.listen};"
    for block in (_asking(lookup), _serving(lookup), _deciding(lookup), _failing()):
        yield ""
        yield from (f"    {line}" for line in block)
    yield "}"


def _asking(lookup: Lookup) -> Iterator[str]:
    yield "location / {"
    yield "    auth_request /_isogloss/decide;"
    yield "    auth_request_set $isogloss_said $upstream_http_isogloss_variant;"
    yield "    # No such file is there: what follows is decided by now. Whatever else fails is no reason to show nothing."
    yield "    try_files /_isogloss/no-such-file @isogloss_serve;"
    yield "    error_page 401 403 500 = @isogloss_serve;"
    yield "}"


def _serving(lookup: Lookup) -> Iterator[str]:
    yield "location @isogloss_serve {"
    yield f'    if ($isogloss_variant = {BARRED}) {{ add_header Cache-Control "private, max-age=0" always; return 451; }}'
    yield "    proxy_cache isogloss_objects;"
    yield '    proxy_cache_key "$scheme|$host|$isogloss_variant|$request_uri";'
    yield "    proxy_cache_lock on;"
    yield "    proxy_force_ranges on;"
    yield "    proxy_http_version 1.1;"
    yield '    proxy_set_header Connection "";'
    yield "    proxy_set_header Host $host;"
    yield "    proxy_set_header Isogloss-Variant $isogloss_variant;"
    yield from (f'    proxy_set_header {title(name)} "";' for name in OURS[1:])
    yield "    proxy_hide_header Cache-Control;"
    yield "    proxy_hide_header Expires;"
    yield "    add_header Cache-Control $isogloss_lifetime always;"
    yield "    add_header Expires $isogloss_expires always;"
    yield "    proxy_pass http://isogloss_origin$request_uri;"
    yield "}"


def _deciding(lookup: Lookup) -> Iterator[str]:
    key = "|".join(["$host", "$request_uri", *_values(lookup)])
    yield "location = /_isogloss/decide {"
    yield "    internal;"
    yield "    proxy_method GET;"
    yield "    proxy_pass_request_body off;"
    yield "    proxy_pass_request_headers off;"
    yield "    proxy_set_header Host $host;"
    yield "    proxy_set_header X-Original-URI $request_uri;"
    yield "    proxy_set_header X-Forwarded-For $remote_addr;"
    yield "    proxy_set_header Isogloss-Choice $isogloss_choice;"
    if lookup.country is not None:
        yield "    proxy_set_header Isogloss-Context $isogloss_context;"
    yield from (f"    proxy_set_header {title(name)} ${_variable(name)};" for name in lookup.fields)
    yield "    proxy_http_version 1.1;"
    yield '    proxy_set_header Connection "";'
    yield f"    proxy_connect_timeout {CONNECT_MS}ms;"
    yield f"    proxy_read_timeout {ANSWER_MS}ms;"
    yield "    proxy_cache isogloss_decisions;"
    yield f'    proxy_cache_key "{key}";'
    yield "    proxy_ignore_headers Vary;  # nginx would hold it against the visitor's fields, not those above"
    yield "    # How long an answer may stand in for a newer one is for the service to say (RFC 5861): never past a bar."
    yield "    proxy_cache_background_update on;"
    yield "    proxy_cache_lock on;"
    yield "    proxy_pass http://isogloss_service/v1/decide;"
    yield "    proxy_intercept_errors on;"
    yield f"    error_page {_FAILURES} =204 /_isogloss/no-answer;"
    yield "}"


def _values(lookup: Lookup) -> Iterator[str]:
    """The variables on which a decision depends: those of every field that the service gets."""
    yield "$isogloss_choice"
    if (
        lookup.country is not None
    ):  # else it is the address that says the place, and the service lets nobody keep the answer
        yield "$isogloss_context"
    yield from (f"${_variable(name)}" for name in lookup.fields)


def _variable(field: str) -> str:
    return f"http_{field.replace('-', '_')}"


def _failing() -> Iterator[str]:
    yield "location = /_isogloss/no-answer {"
    yield "    internal;"
    yield "    return 204;"
    yield "}"

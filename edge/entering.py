"""From the server's scope to a `Request`: the last place that sees ASGI."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace
from starlette.types import Scope

from edge.parameters import parse_parameters
from edge.request import Request, posing
from edge.service import Service
from edge.signals.fields import QUERY, joined
from edge.signals.moment import parse_at
from rules.inputs import VISITOR_NAMES

#: Parameters that mean the same whether or not a preview is granted.
ORDINARY = frozenset({"q", "utm_source", "utm_medium", "utm_campaign", "utm_term", "choose", "url"})


def entering(
    scope: Scope,
    service: Service,
    *,
    lookup: bool,
    target: bytes | None = None,
    by_field: bool = False,
    language: str | None = None,
) -> Request:
    """What was asked, with the eyes of a preview where one is asked for and granted."""
    fields = joined(scope["headers"])
    client = scope.get("client")
    query = scope["query_string"]
    request = Request(
        datetime.now(UTC),
        fields,
        client[0] if client else None,
        query if len(query) <= QUERY else b"",
        target,
        by_field,
        language,
        lookup=lookup,
    )
    if not request.query or not may_preview(service, fields.get(b"authorization")):
        return request
    named = preview_names(request.query)
    return previewing(request, named, service) if named else request


def may_preview(service: Service, authorization: bytes | None) -> bool:
    """Whether this request may look through another visitor's eyes."""
    policy = service.site.settings.preview
    return policy == "everyone" or (policy == "operators" and service.operators.admits(authorization))


def preview_names(query: bytes) -> dict[str, str]:
    """The inputs that a query names, empty where it names none but those that need no grant."""
    named = {name: value for name, value in parse_parameters(query).items() if name in VISITOR_NAMES}
    return named if not ORDINARY.issuperset(named) else {}


def previewing(request: Request, named: dict[str, str], service: Service) -> Request:
    """The request as the named visitor would have sent it, at the named moment, under a named address with its language."""
    site = service.site
    moment = parse_at(named["at"], site.settings.zone) if "at" in named else None
    seen = replace(posing(request, named), preview=True, moment=moment or request.moment)
    found = site.catalog.paths.match(seen.target) if "url" in named and seen.target is not None else None
    return seen if found is None else seen.with_language(found[1])

"""The straight line: from a request to the variant that fits. This is the function to read first.

    raw request ──signals──▶ Context ──decide──▶ Decision ──select──▶ Selection ──render──▶ Response

No step reaches back: each takes the value before it and returns a new one. `reading` carries the context and the classes that
the visitor is of; an answer given to these classes before is given again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from edge.reading import Reading, read
from edge.rendering import render
from edge.request import Request
from edge.response import Response
from edge.served import REMEMBERS, Served
from rules.deciding import Decision, decide
from variants.selecting import Selection, Stand, select

if TYPE_CHECKING:
    from edge.site import Site


Reader = Callable[[Request, Served, "Site"], Reading]


def answer(request: Request, served: Served, site: Site, read: Reader = read) -> Response:
    """The response to one request for one item of a site. Never raises for anything that a visitor sends."""
    reading = read(request, served, site)
    remembers = REMEMBERS and not request.preview
    if remembers and (known := served.recall(request, reading)) is not None:
        return known
    decision = decide(reading.context, served.subject, site.book)
    selection = select(decision.preference, served.item, stand(reading, site))
    response = render(request, served, site, reading, decision, selection)
    return served.remember(request, reading, response) if remembers else response


def outcome(
    request: Request, served: Served, site: Site, *, classed: bool = True
) -> tuple[Reading, Decision, Selection]:
    """The same line without its last step, for those who want the values: commands, tables' own tests, explanations.

    `classed`: with the classes that the visitor is of. They take long for the first visitors of an item.
    """
    reading = read(request, served, site, classed=classed)
    decision = decide(reading.context, served.subject, site.book)
    return reading, decision, select(decision.preference, served.item, stand(reading, site))


def stand(reading: Reading, site: Site) -> Stand:
    """Where and when the visitor stands, and what the site says of that."""
    context, settings = reading.context, site.settings
    return Stand(context.country, context.place_confidence, context.moment, settings.rights, settings.default_language)

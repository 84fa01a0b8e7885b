"""What every part of a page is made from: one visitor, one item, one explanation, in one language of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from edge.explained import Explanation
from edge.pages.texts import Texts
from edge.provenance import Seen
from edge.request import Request
from edge.served import Served
from edge.site import Site


@dataclass(frozen=True, slots=True)
class View:
    """`named` is what the query says of the visitor (names of DESIGN §3); `kept` are `item` and `ui`, as far as links keep them.

    `host` is the authority that the reader used, for commands to copy.
    """

    texts: Texts
    site: Site
    served: Served
    request: Request
    explained: Explanation
    named: Mapping[str, str]
    kept: Mapping[str, str]
    host: str

    def address(self, path: str = "/", **changes: str | None) -> str:
        """The address of the same page for the same visitor, with changes; None takes a parameter away."""
        return address(path, {**self.named, **self.kept, **changes})

    def elsewhere(self, named: Mapping[str, str], path: str = "/") -> str:
        """The address of the page for another visitor."""
        return address(path, {**named, **self.kept})

    @property
    def inputs(self) -> Mapping[str, Seen]:
        """Inputs by name."""
        return {one.input: one for one in self.explained.inputs}


def address(path: str, parameters: Mapping[str, str | None]) -> str:
    """A path with a query."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path

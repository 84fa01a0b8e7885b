"""Everything that is looked for in a site beyond its load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from edge.analysis.consent import check_consent
from edge.analysis.groups import check_groups
from edge.analysis.tables import EACH, field_of, world_of
from edge.analysis.variants import check_variants
from edge.site import Site
from locales.findings import Finding
from rules.analysis.telling import check_field


def analyse(site: Site, files: Mapping[str, bytes], moment: datetime, steps: int = EACH) -> list[Finding]:
    """Findings about a site that has loaded from these files, by relative path. `steps` bounds each question about a table."""
    found: list[Finding] = []
    world = world_of(site, moment)
    for table in site.book.tables:
        field = field_of(table, world, steps)
        found += check_field(field)
        found += check_consent(site, field)
    found += check_groups(files, site.groups)
    found += check_variants(site, moment)
    return found


def merged(loaded: Iterable[Finding], analysed: Iterable[Finding]) -> list[Finding]:
    """Both, in order. What a load says of a rule that is never reached is said again, and better, by an analysis."""
    more = list(analysed)
    told = {(finding.file, finding.line) for finding in more if finding.code == "shadowed"}
    return sorted([*more, *(one for one in loaded if one.code != "unreachable" or (one.file, one.line) not in told)])

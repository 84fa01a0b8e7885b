"""Routes: a path's regular expression means what the service's own table of paths means."""

from __future__ import annotations

import random
import re

from edge.exporters.routes import expression_of, matched, routes_of
from tests.conftest import seed_of_run
from tests.edge.sites import make_site

SEED = seed_of_run()
ITEM = """[item]
id = "{id}"
kind = "page"
original_language = "en"
paths = [{paths}]
[[variants]]
id = "en"
language = "en"
url = "/en"
"""
SEGMENTS = ("a", "b", "de", "{language}", "*", "films")
ASKED = ("a", "b", "de", "DE", "es-419", "films", "other", "en", "x.y", "")


def pattern(chance: random.Random) -> str:
    parts = [chance.choice(SEGMENTS) for _ in range(chance.randint(0, 4))]
    kept = [part for at, part in enumerate(parts) if part != "{language}" or "{language}" not in parts[:at]]
    return "/" + "/".join([*kept, *(["**"] if chance.random() < 0.3 else [])])


def test_the_first_expression_that_matches_is_the_pattern_that_the_service_takes() -> None:
    print(f"ISOGLOSS_SEED={SEED}")
    chance = random.Random(SEED)
    found = 0
    for _ in range(60):
        patterns = sorted({pattern(chance) for _ in range(chance.randint(1, 8))})
        files = {
            f"variants/i{number}.toml": ITEM.format(id=f"i{number}", paths=f'"{one}"')
            for number, one in enumerate(patterns)
        }
        site = make_site(files, languages=["de", "en", "es-419"])
        routes = routes_of(site)
        for _ in range(100):
            slash = chance.choice(("/", "/", "//"))
            path = slash + slash.join(chance.choice(ASKED) for _ in range(chance.randint(0, 5)))
            target = chance.choice(("", "", "http://host.example:80")) + path + chance.choice(("", "/", "?q=/a", "?"))
            expected = site.catalog.paths.match(target)
            route = matched(routes, target)
            assert (route.item if route else None) == (expected[0] if expected else None), (patterns, target)
            found += route is not None
    assert found > 1000


def test_characters_that_mean_something_to_a_configuration_are_written_by_number() -> None:
    for text in ('/a"b', "/a;b", "/a$b", "/a'b", "/ä", "/a(b)", "/a.b", "/a%b0", "/a`b", "/a#b"):
        written = expression_of(text, ()).partition("/+")[2].partition("/*")[0]
        assert re.fullmatch(r"(?:[A-Za-z0-9_-]|\\x[0-9A-F]{2})*", written), text
    assert re.match(expression_of("/a.b+c", ()), "/a.b+c/")
    assert not re.match(expression_of("/a.b+c", ()), "/axbbc")

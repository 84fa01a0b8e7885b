"""The table by ear: every row has its source, what is read and what is not, and the pairs that matter most."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from locales import cldr
from locales.matching import NEAR_SPOKEN, OWN_SPOKEN, UNRELATED, spoken_distance
from locales.spoken import SpokenRow, heard, rows, spoken_form
from locales.tags import is_language, language_of, maximise, parse_tag
from tests.conftest import REPOSITORY, require_shared
from tests.locales.spoken_reference import reference

ROWS = list(rows())
READ = [row for row in ROWS if not row.names_region]

FORMS = [
    ("zh", "cmn"),
    ("zh-TW", "cmn"),
    ("zh-Hant", "cmn"),
    ("zh-Hant-HK", "yue"),
    ("zh-MO", "yue"),
    ("yue-Hans-CN", "yue"),
    ("de-AT", "de"),
    ("sr-Latn", "sr"),
    ("und", "und"),
    ("zxx", "zxx"),
    ("nonsense", ""),
]


def test_a_tag_sounds_as_its_language() -> None:
    assert [(tag, spoken_form(tag)) for tag, _ in FORMS] == FORMS


def sources() -> dict[str, dict[str, str]]:
    with open(Path(cldr.DATA) / "spoken_sources.csv", encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def test_every_row_has_a_source_or_is_marked_as_judgement() -> None:
    told = sources()
    assert [row for row in ROWS if not set(row.sources) <= set(told)] == []
    assert [row for row in ROWS if row.basis not in ("measured", "official", "judgement")] == []
    assert [row for row in ROWS if row.basis != "judgement" and set(row.sources) <= {"JUDGE", "CLDR48"}] == []
    assert [row for row in ROWS if not row.note.strip()] == []
    assert all(source["title"] and source["what_it_says"] for source in told.values())
    assert set(told) == {key for row in ROWS for key in row.sources}


def test_the_rows_are_distances_between_languages_each_once() -> None:
    assert all(0 <= row.distance <= UNRELATED for row in ROWS)
    assert all(is_language(tag) for row in ROWS for tag in (row.listener, row.audio))
    assert len({(row.listener, row.audio) for row in ROWS}) == len(ROWS)
    assert len(READ) >= 120


def test_every_row_without_a_region_counts() -> None:
    """A row whose code is an alias of another's yields to the row of that other: `cnr` is `sr-ME` to CLDR."""
    yielding = [row for row in READ if spoken_distance(canonical(row.listener), canonical(row.audio)) != row.distance]
    aliases = {"cnr", "sh", "prs", "arb", "cmn", "swc", "tl", "zsm"}
    assert yielding
    assert [row for row in yielding if not aliases & {row.listener, row.audio}] == []


def canonical(tag: str) -> str:
    return parse_tag(tag) or tag


def test_a_row_that_names_a_region_changes_nothing() -> None:
    """Language alone: what `de-CH` listeners know of Swiss German is not known of all who write `de-CH`."""
    assert spoken_distance("de-CH", "gsw") == spoken_distance("de", "gsw") > NEAR_SPOKEN
    assert spoken_distance("eu-FR", "fr") == spoken_distance("eu", "fr") == UNRELATED
    for row in ROWS:
        if row.names_region and "zh" not in (language_of(row.listener), language_of(row.audio)):
            languages = maximise(row.listener)[0], maximise(row.audio)[0]
            assert spoken_distance(row.listener, row.audio) == spoken_distance(*languages)


def test_rows_between_regions_of_one_language_only_rank() -> None:
    """All are the listener's own language, as the semantics have it without them; Chinese is one language in writing only."""
    inner = [row for row in ROWS if language_of(row.listener) == language_of(row.audio) != "zh"]
    assert len(inner) > 90
    assert [row for row in inner if row.distance > OWN_SPOKEN] == []


def test_rows_of_chinese_territories_agree_with_what_is_heard_there() -> None:
    """Near or not: the same by the row of the territory and by the two spoken forms."""
    chinese = [row for row in ROWS if row.names_region and "zh" in (language_of(row.listener), language_of(row.audio))]
    assert {row.listener for row in chinese} >= {"zh-HK", "zh-MO"}
    assert [row for row in chinese if is_near(row) != (spoken_distance(row.listener, row.audio) <= NEAR_SPOKEN)] == [
        row for row in ROWS if (row.listener, row.audio) == ("yue-CN", "zh")
    ]


def is_near(row: SpokenRow) -> bool:
    return row.distance <= NEAR_SPOKEN


def test_croatian_serbian_and_bosnian_are_one_by_ear_whatever_the_script() -> None:
    spoken = ("hr", "sr", "sr-Latn", "sr-Cyrl-RS", "bs", "bs-Cyrl", "sr-ME", "sr-Latn-ME")
    assert [(want, have) for want in spoken for have in spoken if spoken_distance(want, have) > OWN_SPOKEN] == []


def test_nobody_in_ukraine_is_given_russian_sound_by_nearness() -> None:
    assert spoken_distance("uk", "ru") > NEAR_SPOKEN
    assert spoken_distance("uk-UA", "ru-UA") > NEAR_SPOKEN


def test_swiss_german_listeners_follow_german_by_a_row_of_its_own() -> None:
    row = heard("gsw")["de"]
    assert OWN_SPOKEN < row.distance <= NEAR_SPOKEN
    assert str(row) == "gsw → de 8"


def test_a_pair_that_is_not_in_the_table_is_not_understood() -> None:
    assert heard("eu").get("fr") is None
    assert spoken_distance("eu", "fr") == spoken_distance("xx", "de") == spoken_distance("de", "xx") == UNRELATED
    assert spoken_distance("xx", "xx-Latn") == 0


#: Pairs that were at the edge and are now kept above it: the listeners do not ask for that soundtrack.
RAISED = {("pt", "es"): 22, ("es", "gl"): 22, ("nl", "af"): 22}


def test_a_spanish_dub_is_not_near_for_who_listens_in_portuguese_nor_the_other_way_round() -> None:
    assert {pair: spoken_distance(*pair) for pair in RAISED} == RAISED
    assert spoken_distance("pt-PT", "es-ES") > NEAR_SPOKEN
    assert spoken_distance("pt-BR", "es-419") > NEAR_SPOKEN
    assert spoken_distance("es", "pt") > NEAR_SPOKEN
    assert spoken_distance("gl", "es") <= NEAR_SPOKEN


def test_every_pair_that_is_called_an_edge_says_what_was_decided_and_why() -> None:
    edges = [row for row in READ if re.search(r"\bedge\b", row.note, re.I)]
    assert {(row.listener, row.audio) for row in edges} > set(RAISED)
    decided = {True: ("Left near", "left at the edge"), False: ("Kept over 20",)}
    assert [row for row in edges if not any(words in row.note for words in decided[is_near(row)])] == []


def test_the_table_is_carried_over_but_for_what_was_decided_at_the_edge() -> None:
    """Distances differ where they were raised, remarks where an edge was decided, and nothing else does."""
    given = require_shared("data/spoken_distance.csv").read_text("utf-8").splitlines()
    ours = (Path(cldr.DATA) / "spoken_distance.csv").read_text("utf-8").splitlines()
    changed = [(old, new) for old, new in zip(csv.reader(given), csv.reader(ours), strict=True) if old != new]
    assert {(new[0], new[1]): int(new[2]) for old, new in changed if old[2] != new[2]} == RAISED
    assert [new for old, new in changed if old[:2] + old[3:5] != new[:2] + new[3:5]] == []
    assert {old[2] for old, _ in changed} == {str(NEAR_SPOKEN)}
    sources = "spoken_sources.csv"
    assert (Path(cldr.DATA) / sources).read_bytes() == require_shared(f"data/{sources}").read_bytes()


def test_the_page_shows_the_table() -> None:
    """`python -m tests.locales.spoken_reference > docs/spoken.md` writes it anew."""
    assert (REPOSITORY / "docs" / "spoken.md").read_text("utf-8") == reference()

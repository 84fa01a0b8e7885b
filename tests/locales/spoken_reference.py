"""The table by ear as a page: `python -m tests.locales.spoken_reference > docs/spoken.md` writes it anew."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from locales import cldr
from locales.matching import NEAR_SPOKEN, OWN_SPOKEN
from locales.spoken import SpokenRow, rows

HEAD = """# Who understands whom by ear

Subtitles are chosen by how languages are written, soundtracks by how they sound. For writing CLDR has a table; for the ear
there is none, so this one is our own. This page is made from `locales/data/spoken_distance.csv` and `spoken_sources.csv`.

A distance goes from the listener to the soundtrack and is not the same the other way round: a Catalan follows a Spanish film,
a Spaniard does not follow a Catalan one.

| distance | a listener | what is done with it |
|---|---|---|
| 0 | has the same spoken standard | own |
| 1 to {own} | has it as an own language; the number only ranks | own: `original` or `dub` |
| {above_own} to {near} | follows a film, without effort up to 10, with effort above | near: taken where nothing own is there |
| {above_near} to 39 | catches a part | not understood |
| 40 and more | does not understand | not understood |

A pair that is not in the table is not understood, unless it is the same language. Some pairs are kept above {near} although many
would follow: the listeners do not want that soundtrack. A Ukrainian never gets Russian sound because it is near; one who lists
`ru` among the languages may get it. For pairs at the edge, at {near}, the remark says why they are left near, or why they were
put above it.

**Language alone counts.** Script and region change nothing: `sr-Latn` sounds as `sr`. The one exception is Chinese, which is one
language in writing and several in speech: `zh-HK` and `zh-MO` hear Cantonese, `yue`; all other `zh` hear Mandarin, `cmn`.
Croatian, Serbian, Bosnian and Montenegrin are one by ear. Codes that CLDR has as aliases count as what they stand for: `cnr` is
`sr-ME`, `sh` is `sr-Latn`, `cmn` is `zh`.

**Basis.** *measured*: a listening test; *official*: a census, a law or a survey; *judgement*: ours, with what it leans on. No
distance is a figure of a test: a test gives a percentage, the key `JUDGE` says how a distance follows from it.
"""

TABLE = """{count} pairs of languages: those of the file's {rows} rows that are read. The other {others} name a region;
[below the table](#rows-that-are-not-read) stands why they are there and why they are not read.
"""

REGIONS = """
## Rows that are not read

The file also has {count} rows that name a region. They are there since they were collected with the others and their sources say
what is known of those places; they have no effect, and a site that wants one writes a rule for that place. {ranking}
of them compare dubs within one language (`pt-PT` and `pt-BR`): a region never makes a language less understood, and which
dub is nearer is told by the region part of CLDR's distances. The others tell of the people of one territory, as that viewers in
Switzerland know Swiss German and viewers in Morocco their vernacular. That is true of the place and not of the tag: `de-CH` says
how its reader writes. A visitor who understands `gsw` or `ary` has it in the list of languages.
"""


def reference() -> str:
    """The page."""
    every = list(rows())
    read = [row for row in every if not row.names_region]
    others = [row for row in every if row.names_region]
    ranking = sum(row.listener.partition("-")[0] == row.audio.partition("-")[0] for row in others)
    bounds = {"own": OWN_SPOKEN, "above_own": OWN_SPOKEN + 1, "near": NEAR_SPOKEN, "above_near": NEAR_SPOKEN + 1}
    told = {"count": len(read), "rows": len(every), "others": len(others)}
    return "".join(
        [
            HEAD.format(**bounds),
            f"\n## The table\n\n{TABLE.format(**told)}\n| listener | soundtrack | distance | basis | sources | remark |\n",
            "|---|---|---|---|---|---|\n",
            *map(_line, read),
            REGIONS.format(count=len(others), ranking=ranking),
            *_sources(),
        ]
    )


def _line(row: SpokenRow) -> str:
    return _cells([row.listener, row.audio, str(row.distance), row.basis, ", ".join(row.sources), row.note])


def _sources() -> Iterator[str]:
    yield "\n## Sources\n\n| key | source | by | year | what it says | read as |\n|---|---|---|---|---|---|\n"
    with open(Path(cldr.DATA) / "spoken_sources.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = ("key", "title", "author_or_publisher", "year", "what_it_says", "read_as")
            yield _cells([row[name] for name in names])


def _cells(texts: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in texts)} |\n"


if __name__ == "__main__":
    print(reference(), end="")

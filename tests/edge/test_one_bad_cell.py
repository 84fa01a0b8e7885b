"""One bad cell among very many rules: it is named, alone, the load is refused, and the last good site goes on answering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from edge import watching
from edge.app import make_app
from edge.operators import Operators
from edge.site import Loader
from locales.findings import Finding, Severity
from tests.conftest import BY_THE_CLOCK, UNMEASURED
from tests.edge.folders import change, demo_folder, publish
from tests.edge.sites import TOKEN
from tests.edge.test_service import AtWork, Hasty

pytestmark = [BY_THE_CLOCK, UNMEASURED]

HEAD = '[table]\nid = "crowd"\n'

#: Rules of each form, the position of the one that has the bad cell, and that cell.
MANY_ROWS, MANY_RULES = 100_000, 10_000
AT = 6_180
BAD, GOOD = "UK", "GB"

#: Of a row, the column is named beside its line.
COLUMN = 'Column "country": '
CURE = 'Did you mean "GB"? Territories are two capital letters.'


def asked(number: int, odd: str) -> tuple[str, str]:
    """The territories of a rule."""
    return ("PT", odd) if number == AT else (("BR", "AO"), ("IS", "FO"), ("KE", "TZ"))[number % 3]


def csv(odd: str) -> tuple[str, int]:
    """A table as bulk rows, and the line of the odd cell."""
    rows = [f"r{number},{'|'.join(asked(number, odd))},c{number},sub" for number in range(MANY_ROWS)]
    return "\n".join(["id,country,campaign,mode", *rows, ""]), AT + 2


def toml(odd: str) -> tuple[str, int]:
    """A table in TOML, and the line of the odd cell."""
    rules = [toml_rule(number, *asked(number, odd)) for number in range(MANY_RULES)]
    return HEAD + "".join(rules), HEAD.count("\n") + AT * 5 + 4


def toml_rule(number: int, first: str, second: str) -> str:
    when = f'country = ["{first}", "{second}"], campaign = ["c{number}"]'
    return f'\n[[rules]]\nid = "r{number}"\nwhen = {{ {when} }}\nthen = {{ mode = ["sub"] }}\n'


FORMS: dict[str, Callable[[str], tuple[str, int]]] = {"rules/crowd.csv": csv, "rules/crowd.toml": toml}


@pytest.fixture
def at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AtWork]:
    monkeypatch.setattr(watching, "SETTLED", 0.03)
    folder = demo_folder(tmp_path / "site")
    change(folder / "site.toml", 'channel = "web"\n', 'channel = "web"\npublish_delay = 0.0\n')
    publish(folder / "rules/crowd.toml", HEAD)
    service = Hasty.open(folder, Operators((TOKEN.encode(),)))
    with TestClient(make_app(service)) as client:
        yield AtWork(folder, service, client)


def test_one_bad_cell_among_very_many_is_named_and_the_last_good_site_answers(at_work: AtWork) -> None:
    revision = at_work.service.site.revision
    for file, made in FORMS.items():
        text, line = made(BAD)
        assert BAD in text.splitlines()[line - 1]
        publish(at_work.folder / file, text)
        at_work.until_degraded(f"{file}:{line}: error:")
        column = COLUMN if file.endswith(".csv") else ""
        problem = f'{column}"{BAD}" is not a territory of ISO 3166-1.'
        assert at_work.service.site.stale == (Finding(file, line, Severity.error, "unknown-territory", problem, CURE),)
        assert at_work.service.site.revision == revision
        assert at_work.variant() == "es-sub"

        publish(at_work.folder / "rules/crowd.toml", HEAD)
        (at_work.folder / "rules/crowd.csv").unlink(missing_ok=True)
        at_work.until_well()


def test_the_same_rules_load_once_that_cell_is_mended(tmp_path: Path) -> None:
    folder = demo_folder(tmp_path / "site")
    publish(folder / "rules/crowd.toml", toml(GOOD)[0])
    assert [len(table.rules) for table in Loader(folder).load().book.tables if table.id == "crowd"] == [MANY_RULES]

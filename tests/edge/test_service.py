"""The running service: a changed site is taken, a faulty one is not, and whatever happens the last good one answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from edge import service as service_module
from edge import watching
from edge.app import make_app
from edge.operators import Operators
from edge.service import Service, log_to_stderr, note
from edge.site import Loader, Site, Unsettled
from edge.watching import Look, Vanished
from locales.findings import Faulty
from tests.conftest import BY_THE_CLOCK, require_shared
from tests.edge.folders import NO_RULES, add, change, demo_folder, publish
from tests.edge.sites import OPERATOR, TOKEN

pytestmark = BY_THE_CLOCK

AIRLINE, FILM, SITE = "rules/airline.toml", "variants/business-class.toml", "site.toml"
LOOK_UP = "/v1/decide/business-class?country=ES"

#: Seconds in which something must happen that takes a few hundredths, on a machine that does much else.
PATIENCE = 20.0


class Hasty(Service):
    """Looks at the folder ten times as often, so that these tests take a tenth of the time."""

    async def keep_current(self, interval: float = 0.01) -> None:
        await super().keep_current(interval)


@dataclass(frozen=True, slots=True)
class AtWork:
    """A service that follows its folder, and somebody who asks it."""

    folder: Path
    service: Service
    client: TestClient

    def variant(self) -> str:
        reply = self.client.get(LOOK_UP)
        assert reply.status_code == 200
        return str(reply.headers["isogloss-variant"])

    def state(self) -> str:
        reply = self.client.get("/readyz")
        assert reply.status_code == 200
        return str(reply.json()["status"])

    def findings(self) -> str:
        """What operators are told."""
        return "\n".join(self.client.get("/readyz", headers=OPERATOR).json()["findings"])

    def until(self, told: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not told():
            assert time.monotonic() < deadline, (self.state(), self.variant(), self.findings())
            time.sleep(0.01)

    def until_degraded(self, part: str) -> None:
        self.until(lambda: self.state() == "degraded" and part in self.findings())

    def until_well(self) -> None:
        self.until(lambda: self.state() == "ready")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = demo_folder(tmp_path / "real")
    change(site / SITE, 'channel = "web"\n', 'channel = "web"\npublish_delay = 0.0\n')
    link = tmp_path / "site"
    link.symlink_to(site)
    return link


@pytest.fixture
def at_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AtWork]:
    monkeypatch.setattr(watching, "SETTLED", 0.03)
    service = Hasty.open(folder, Operators((TOKEN.encode(),)))
    with TestClient(make_app(service)) as client:
        yield AtWork(folder, service, client)


# A good change


def test_an_edited_rule_of_the_demo_is_taken_by_the_service_as_it_is(tmp_path: Path) -> None:
    """With the times and delays that are shipped. How long it takes is measured by the bench, not here."""
    folder = demo_folder(tmp_path / "site")
    service = Service.open(folder, Operators((TOKEN.encode(),)))
    with TestClient(make_app(service)) as client:
        at_work = AtWork(folder, service, client)
        assert at_work.variant() == "es-sub"
        rules = (folder / AIRLINE).read_text("utf-8")
        publish(folder / AIRLINE, NO_RULES)
        at_work.until(lambda: at_work.variant() == "es-dub")
        publish(folder / AIRLINE, rules)
        at_work.until(lambda: at_work.variant() == "es-sub")


def test_every_kind_of_good_change_is_taken(at_work: AtWork) -> None:
    first = at_work.service.site.revision
    assert at_work.variant() == "es-sub"
    change(at_work.folder / AIRLINE, '["sub", "dub"]', '["dub"]')
    change(at_work.folder / AIRLINE, 'variant = "es-sub"', 'variant = "es-dub"')
    at_work.until(lambda: at_work.variant() == "es-dub")
    assert at_work.service.site.revision != first

    publish(
        at_work.folder / "rules/first.toml",
        '[table]\nid = "first"\n[[rules]]\nid = "all"\nthen = { variant = "de-sub" }\n',
    )
    change(at_work.folder / SITE, 'tables = ["airline"', 'tables = ["first", "airline"')
    publish(at_work.folder / AIRLINE, NO_RULES)
    at_work.until(lambda: at_work.variant() == "de-sub")

    publish(
        at_work.folder / "variants/film.toml",
        (at_work.folder / FILM).read_text("utf-8").replace("business-class", "film"),
    )
    at_work.until(lambda: at_work.client.get("/v1/decide/film").headers["isogloss-variant"] == "de-sub")

    (at_work.folder / "variants/film.toml").unlink()
    at_work.until(lambda: at_work.client.get("/v1/decide/film").headers["isogloss-variant"] == "none")
    assert at_work.state() == "ready"


def test_a_folder_that_is_swapped_by_a_link_is_another_site(at_work: AtWork) -> None:
    other = at_work.folder.with_name("other")
    shutil.copytree(at_work.folder, other)
    publish(other / AIRLINE, NO_RULES)
    os.utime(other / AIRLINE, (1, 1))  # long before anything that is there now
    swap_link(at_work.folder, other)
    at_work.until(lambda: at_work.variant() == "es-dub")
    swap_link(at_work.folder, at_work.folder.with_name("real"))
    at_work.until(lambda: at_work.variant() == "es-sub")


def swap_link(link: Path, target: Path) -> None:
    beside = link.with_name(".link")
    beside.symlink_to(target)
    os.replace(beside, link)


# A faulty one


def half_written(folder: Path) -> None:
    text = (folder / AIRLINE).read_bytes()
    (folder / AIRLINE).write_bytes(text[: len(text) // 2])


def failing_test(folder: Path) -> None:
    change(folder / AIRLINE, 'variant = "es-sub"', 'variant = "es-dub"')


def circle_of_groups(folder: Path) -> None:
    (folder / "locales").mkdir()
    publish(folder / "locales/ours.toml", '[groups]\na = ["@b"]\nb = ["@a"]\n')


def swapped_for_nothing(folder: Path) -> None:
    empty = folder.with_name("empty")
    empty.mkdir(exist_ok=True)
    swap_link(folder, empty)


def rules_moved_away(folder: Path) -> None:
    """In one step: a folder that is emptied file by file is looked at in between on a busy machine, and told of twice."""
    (folder / "rules").rename(folder.with_name("rules moved away"))


SAME_RULE = '[[rules]]\nid = "es-original"\nthen = { mode = "sub" }\n'

#: What somebody does to the folder, and a part of what operators are told.
DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a typo": (lambda folder: change(folder / AIRLINE, 'id = "es-original"', "id = es-original"), "rules/airline.toml:7"),
    "a wrong country": (lambda folder: change(folder / AIRLINE, '["ES"]', '["SP"]'), '"SP"'),
    "a rule twice": (lambda folder: add(folder / AIRLINE, SAME_RULE), '"es-original" is also'),
    "500 brackets": (lambda folder: publish(folder / AIRLINE, "a = " + "[" * 500 + "]" * 500), "inside each other"),
    "half a file": (half_written, "Not TOML"),
    "an empty file": (lambda folder: publish(folder / AIRLINE, b""), '"table" is missing'),
    "no text": (lambda folder: publish(folder / AIRLINE, bytes(range(256))), "UTF-8"),
    "a failing test": (failing_test, "Madrid"),
    "a circle of groups": (circle_of_groups, "@a, @b, @a"),
    "a file that is gone": (lambda folder: (folder / AIRLINE).unlink(), '"airline", but no file'),
    "no site.toml": (lambda folder: (folder / SITE).unlink(), "no site.toml"),
    "a geo file that is not there": (lambda folder: add(folder / SITE, '[geo]\ndatabase = "x.mmdb"\n'), "x.mmdb"),
    "rules that are gone": (rules_moved_away, "no file in rules/"),
    "a folder that is gone": (lambda folder: folder.unlink(), "No such file"),
    "an empty folder": (swapped_for_nothing, "holds no .toml"),
    "a file in its place": (lambda folder: swap_link(folder, folder.resolve() / SITE), "Not a directory"),
}  # fmt: skip


def test_whatever_is_done_to_the_folder_the_last_good_site_answers_and_is_well_again_once_it_is_mended(
    at_work: AtWork,
) -> None:
    good = at_work.folder.with_name("good")
    shutil.copytree(at_work.folder, good)
    revision = at_work.service.site.revision
    for name, (damage, told) in DAMAGES.items():
        damage(at_work.folder)
        at_work.until_degraded(told)
        assert at_work.variant() == "es-sub", name
        reply = at_work.client.get(LOOK_UP)
        assert f'revision="{revision}"' in reply.headers["isogloss-decision"], name
        assert "findings" not in at_work.client.get("/readyz").json(), name  # visitors are told no details

        mended = at_work.folder.with_name("mended of " + name)
        shutil.copytree(good, mended)
        swap_link(at_work.folder, mended)
        at_work.until_well()
        assert at_work.variant() == "es-sub", name
        assert at_work.service.site.revision == revision, name
    text = at_work.client.get("/metrics", headers=OPERATOR).text
    assert f'isogloss_reloads_total{{result="faulty"}} {len(DAMAGES)}' in text
    assert f'isogloss_reloads_total{{result="good"}} {len(DAMAGES)}' in text


def test_a_stale_answer_says_so_and_the_next_good_one_does_not(at_work: AtWork) -> None:
    first = at_work.client.get(LOOK_UP).headers["isogloss-decision"]
    half_written(at_work.folder)
    at_work.until_degraded("Not TOML")
    stale = at_work.client.get(LOOK_UP)
    assert "reason=stale" in stale.headers["isogloss-decision"]
    assert stale.headers["isogloss-variant"] == "es-sub"
    publish(at_work.folder / AIRLINE, NO_RULES)
    at_work.until_well()
    assert "reason=stale" not in at_work.client.get(LOOK_UP).headers["isogloss-decision"]
    assert "reason=rule" in first


def test_one_fault_after_another_is_told(at_work: AtWork) -> None:
    half_written(at_work.folder)
    at_work.until_degraded("Not TOML")
    publish(at_work.folder / AIRLINE, '[table]\nid = "Airline"\n')
    at_work.until_degraded('"Airline"')
    at_work.folder.unlink()
    at_work.until_degraded("No such file")


def test_a_folder_that_comes_back_as_it_was_is_well_again(at_work: AtWork) -> None:
    real, away = at_work.folder.with_name("real"), at_work.folder.with_name("away")
    real.rename(away)
    at_work.until_degraded("No such file")
    away.rename(real)
    at_work.until_well()


def test_a_geo_file_that_comes_later_mends_the_site(at_work: AtWork) -> None:
    cities = require_shared("geoip/GeoIP2-City-Test.mmdb")
    add(at_work.folder / SITE, '[geo]\ndatabase = "places.mmdb"\n')
    at_work.until_degraded("places.mmdb")
    publish(at_work.folder / "places.mmdb", cities.read_bytes())
    at_work.until_well()
    first = at_work.service.site.geo
    assert first is not None

    publish(at_work.folder / "places.mmdb", b"no places")
    at_work.until_degraded("places.mmdb")
    assert at_work.service.site.geo is first
    publish(at_work.folder / "places.mmdb", require_shared("geoip/GeoIP2-Country-Test.mmdb").read_bytes())
    at_work.until_well()
    assert at_work.service.site.geo is not first


# A fault of ours


def test_a_load_that_breaks_down_leaves_the_last_good_site(at_work: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(loader: Loader, files: object) -> Site:
        raise RecursionError

    monkeypatch.setattr(Loader, "build", breaking)
    add(at_work.folder / AIRLINE, "#")
    at_work.until_degraded("RecursionError")
    monkeypatch.undo()
    add(at_work.folder / AIRLINE, "#")
    at_work.until_well()


def test_a_look_that_breaks_down_is_not_the_last(at_work: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []

    def breaking(folder: Path, extra: Path | None = None) -> Look:
        looked.append(folder)
        raise MemoryError

    monkeypatch.setattr(watching, "look", breaking)
    at_work.until(lambda: len(looked) > 2)
    monkeypatch.undo()
    publish(at_work.folder / AIRLINE, NO_RULES)
    at_work.until(lambda: at_work.variant() == "es-dub")


# Opening


def test_a_site_that_is_missing_or_faulty_is_not_opened(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(Vanished, match="nowhere: No such file"):
        Service.open(tmp_path / "nowhere")
    half_written(folder)
    with pytest.raises(Faulty, match=r"rules/airline\.toml"):
        Service.open(folder)


def test_a_folder_that_never_rests_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = iter(range(100))

    def restless(loader: Loader) -> Site:
        if next(attempts) < 3:
            raise Unsettled
        return whole(loader)

    whole = Loader.load
    monkeypatch.setattr(Loader, "load", restless)
    monkeypatch.setattr(service_module, "INTERVAL", 0.0)
    monkeypatch.setattr(service_module, "ATTEMPTS", 2)
    with pytest.raises(Vanished, match="changes all the time"):
        Service.open(folder)
    assert Service.open(folder).site.settings.id == "airline"


def test_what_changes_between_opening_and_watching_is_not_missed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SETTLED", 0.03)
    service = Hasty.open(folder)
    publish(folder / AIRLINE, NO_RULES)  # while the server is still starting
    with TestClient(make_app(service)) as client:
        at_work = AtWork(folder, service, client)
        at_work.until(lambda: at_work.variant() == "es-dub")


def test_a_folder_that_goes_between_opening_and_watching_does_no_harm(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SETTLED", 0.03)
    service = Hasty.open(folder, Operators((TOKEN.encode(),)))
    folder.unlink()
    with TestClient(make_app(service)) as client:
        at_work = AtWork(folder, service, client)
        at_work.until_degraded("No such file")
        folder.symlink_to(folder.with_name("real"))
        at_work.until_well()


def test_a_worker_that_comes_later_catches_up(folder: Path) -> None:
    service = Service.open(folder)
    first = service.site
    service.catch_up()
    assert service.site is first
    publish(folder / AIRLINE, NO_RULES)
    service.catch_up()
    second = service.site
    assert second.revision != first.revision
    half_written(folder)  # nothing good to catch up with
    service.catch_up()
    assert service.site is second
    folder.unlink()
    service.catch_up()
    assert service.site is second


def test_who_is_cancelled_ends(folder: Path) -> None:
    async def story() -> None:
        task = asyncio.create_task(Service.open(folder).keep_current())
        await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()

    asyncio.run(story())


# Draining and the log


def test_a_service_that_drains_answers_everything_but_that_it_is_ready(at_work: AtWork) -> None:
    at_work.service.drain()
    at_work.service.drain()
    assert at_work.client.get("/readyz").status_code == 503
    assert at_work.client.get("/healthz").status_code == 200
    assert at_work.variant() == "es-sub"


def test_the_log_is_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("isogloss")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        log_to_stderr()
        log_to_stderr()  # a second time changes nothing
        note("published", revision="9f3c", title="פרסום")
    finally:
        logger.handlers[:], logger.level, logger.propagate = before
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["revision"], told["title"]) == ("published", "9f3c", "פרסום")
    assert abs(told["at"] - time.time()) < 60

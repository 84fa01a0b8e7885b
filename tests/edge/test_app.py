"""The application as servers start it."""

from __future__ import annotations

import os

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from edge.app import ROUTES, SITE_VARIABLE, from_environment, make_app
from edge.operators import VARIABLE
from edge.service import Service, log
from edge.site import DEMO
from tests.conftest import BY_THE_CLOCK
from tests.edge.sites import SPANISH, TOKEN, demo_site, service_of

pytestmark = BY_THE_CLOCK


def test_a_server_that_is_started_by_other_means_finds_its_site_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SITE_VARIABLE, os.fspath(DEMO))
    monkeypatch.setenv(VARIABLE, TOKEN)
    before = log.handlers[:], log.level, log.propagate
    try:
        with TestClient(from_environment(), client=(SPANISH, 1)) as ask:
            assert ask.get("/v1/decide/business-class").headers["isogloss-variant"] == "es-sub"
            assert ask.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    finally:
        log.handlers[:], log.level, log.propagate = before


@pytest.mark.parametrize("folder", ["", None])
def test_without_one_it_says_what_to_set(folder: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SITE_VARIABLE, raising=False)
    if folder is not None:
        monkeypatch.setenv(SITE_VARIABLE, folder)
    with pytest.raises(SystemExit, match=SITE_VARIABLE):
        from_environment()


def test_it_follows_its_folder_while_it_runs_and_no_longer() -> None:
    service = Service.open(DEMO)
    with TestClient(make_app(service), client=(SPANISH, 1)) as ask:
        assert ask.get("/v1/decide/business-class").status_code == 200
    assert not service.site.stale


def test_a_start_that_fails_is_told_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("no signals here")

    monkeypatch.setattr("edge.app.drain_on_signal", broken)
    with pytest.raises(RuntimeError, match="no signals"), TestClient(make_app(service_of(demo_site()), watching=False)):
        pass


def test_every_route_is_answered_by_get_and_head() -> None:
    for route in ROUTES:
        assert isinstance(route, Route)
        assert route.methods is not None
        assert {"GET", "HEAD"} <= route.methods <= {"GET", "HEAD", "OPTIONS"}

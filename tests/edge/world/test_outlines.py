"""The outlines: every territory can be shown, the map's edges are right, and the generator makes the same bytes again."""

from __future__ import annotations

import importlib.machinery
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from edge.world.outlines import DATA, outlines
from locales.territories import TERRITORIES

REPOSITORY = Path(__file__).resolve().parents[3]

Points = list[tuple[int, int]]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("outlines_generator", str(REPOSITORY / "scripts" / "outlines"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def rings_of(path: str) -> Iterator[Points]:
    """The points of path data as `scripts/outlines` writes it."""
    for ring in re.findall(r"M([^z]*)z", path):
        first, _, steps = ring.partition("l")
        x, y = map(int, first.split())
        numbers = iter(map(int, re.findall(r"-?\d+", steps)))
        points = [(x, y)]
        for step_x in numbers:
            x, y = x + step_x, y + next(numbers)
            points.append((x, y))
        yield points


def box(path: str) -> tuple[int, int, int, int]:
    xs, ys = zip(*(point for ring in rings_of(path) for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def is_inside(point: tuple[float, float], path: str) -> bool:
    """By the rule evenodd."""
    x, y = point
    crossings = 0
    for ring in rings_of(path):
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            crossings += (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay)
    return crossings % 2 == 1


# What is shipped.


def test_every_territory_has_an_outline_or_a_dot_and_nothing_else_has() -> None:
    shapes = outlines()
    assert set(shapes.paths) | set(shapes.dots) == TERRITORIES
    assert set(shapes.others) == {"N. Cyprus", "Siachen Glacier", "Somaliland"}


def test_the_shipped_outlines_are_made_again_byte_for_byte(generator: ModuleType) -> None:
    made = generator.to_text(generator.outlines(generator.read_kept()))
    assert made == DATA.joinpath("outlines.json").read_text("utf-8")


def test_the_file_is_small_and_names_its_source(generator: ModuleType) -> None:
    assert DATA.joinpath("outlines.json").stat().st_size < 300_000
    source = outlines().source
    assert (source["package"], source["version"]) == ("world-atlas", "2.0.2")
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
    assert f"npm pack world-atlas@{source['version']}" in (generator.__doc__ or "")


def test_everything_lies_on_the_map() -> None:
    shapes = outlines()
    width, height = shapes.size
    for path in (*shapes.paths.values(), *shapes.others.values(), shapes.sphere):
        left, top, right, bottom = box(path)
        assert 0 <= left <= right <= width
        assert 0 <= top <= bottom <= height


CITIES = {
    "DE": (13.4, 52.5), "ES": (-3.7, 40.4), "FR": (2.35, 48.85), "GF": (-53.0, 4.0), "RE": (55.5, -21.1), "CH": (7.45, 46.95),
    "ZA": (28.0, -26.2), "LS": (28.2, -29.6), "RU": (37.6, 55.75), "FJ": (178.0, -17.8), "NZ": (175.6, -40.4),
    "US": (-98.0, 39.0), "AQ": (0.0, -85.0), "XK": (20.9, 42.6), "SJ": (16.0, 78.6), "NO": (9.0, 61.0), "CD": (23.0, -3.0),
    "TL": (125.7, -8.8),
    "TW": (121.0, 23.8), "IL": (34.9, 31.3), "IR": (51.4, 35.7), "AU": (134.0, -25.0), "GL": (-42.0, 72.0),
}  # fmt: skip


@pytest.mark.parametrize("country", CITIES)
def test_a_place_lies_in_its_country_and_in_no_other(generator: ModuleType, country: str) -> None:
    point = generator.project(CITIES[country])
    assert [code for code, path in outlines().paths.items() if is_inside(point, path)] == [country]


def test_no_shape_runs_across_the_map_where_it_ends(generator: ModuleType) -> None:
    """Russia and Fiji lie on both sides of the antimeridian, and Antarctica goes round the pole."""
    shapes = outlines()
    width, _ = shapes.size
    for code in ("RU", "FJ", "US", "NZ"):
        for ring in rings_of(shapes.paths[code]):
            assert max(x for x, _ in ring) - min(x for x, _ in ring) < width / 2, code
    assert is_inside(generator.project((-175.0, 66.5)), shapes.paths["RU"])  # Chukotka, on the left edge
    left, _, right, bottom = box(shapes.paths["AQ"])
    assert bottom == shapes.size[1]
    assert left < width * 0.25
    assert right > width * 0.75


def test_neighbours_share_their_line() -> None:
    portugal = {point for ring in rings_of(outlines().paths["PT"]) for point in ring}
    spain = {point for ring in rings_of(outlines().paths["ES"]) for point in ring}
    assert len(portugal & spain) >= 15


# The generator.


def test_the_projection_is_equal_earth(generator: ModuleType) -> None:
    """The equator is as long as the map is wide, the poles 0.59 of that, and areas compare truly."""
    width, _ = outlines().size
    assert generator.project((-180, 0)) == pytest.approx((0, generator.HALF_HEIGHT))
    assert generator.project((180, 0)) == pytest.approx((width, generator.HALF_HEIGHT))
    pole = generator.project((180, 90))[0] - generator.project((-180, 90))[0]
    assert pole / width == pytest.approx(0.592, abs=0.001)
    areas = []
    for south in (0, 30, 60):
        corners = [generator.project(point) for point in ((0, south), (1, south), (1, south + 1), (0, south + 1))]
        true = math.sin(math.radians(south + 1)) - math.sin(math.radians(south))
        areas.append(generator.area(corners) / true)
    assert areas == pytest.approx([areas[0]] * 3, rel=0.002)


def world(*arcs: list[list[int]], **shapes: Any) -> dict[str, Any]:
    """A world of a few arcs, in whole degrees."""
    countries = [{"type": kind, "arcs": rings, "id": number, "properties": {"name": name}} for
                 name, (kind, number, rings) in shapes.items()]  # fmt: skip
    transform = {"scale": [1, 1], "translate": [0, 0]}
    return {"arcs": list(arcs), "transform": transform, "objects": {"countries": {"geometries": countries}}}


def test_an_arc_is_cut_at_the_antimeridian(generator: ModuleType) -> None:
    assert generator.cut([(170.0, 10.0), (-170.0, 20.0)]) == [
        [(170.0, 10.0), (180.0, 15.0)],
        [(-180.0, 15.0), (-170.0, 20.0)],
    ]
    assert generator.cut([(-180.0, 0.0), (179.0, 5.0)])[0] == [(-180.0, 0.0), (-180.0, 0.0)]
    assert len(generator.cut([(0.0, 0.0), (10.0, 0.0)])) == 1


def test_a_ring_over_the_antimeridian_becomes_two(generator: ModuleType) -> None:
    square = [[170, 0], [-340, 0], [0, 20], [340, 0], [0, -20]]  # from 170 to -170, the short way
    rings = generator.named_rings(world(square, Land=("Polygon", "276", [[0]])))["DE"]
    assert len(rings) == 2
    assert sum(map(generator.area, rings)) == pytest.approx(
        generator.area([generator.project(one) for one in ((0, 0), (20, 0), (20, 20), (0, 20))]), rel=0.02
    )


@pytest.mark.parametrize("way", [1, -1])
def test_a_ring_around_the_south_pole_reaches_the_lower_edge(generator: ModuleType, way: int) -> None:
    steps = [[way * -170, -70], *([[way * 20, 0]] * 17), [way * -340, 0]]
    (ring,) = generator.named_rings(world(steps, Ice=("Polygon", "010", [[0]])))["AQ"]
    assert max(y for _, y in ring) == pytest.approx(2 * generator.HALF_HEIGHT)


def test_parts_with_a_code_of_their_own_are_told_by_where_they_lie(generator: ModuleType) -> None:
    home = [[0, 45], [4, 0], [0, 4], [-4, 0], [0, -4]]
    guiana = [[-54, 3], [1, 0], [0, 2], [-1, 0], [0, -2]]
    found = generator.named_rings(world(home, guiana, France=("MultiPolygon", "250", [[[0]], [[1]]])))
    assert sorted(found) == ["FR", "GF"]


def test_an_area_without_a_code_keeps_its_name_and_kosovo_has_one(generator: ModuleType) -> None:
    one, other = ([[x, 42], [1, 0], [0, 1], [-1, 0], [0, -1]] for x in (20, 44))
    found = generator.named_rings(world(one, other, Kosovo=("Polygon", None, [[0]]), Nowhere=("Polygon", None, [[1]])))
    assert sorted(found) == ["Nowhere", "XK"]


def test_simplifying_keeps_ends_and_what_can_be_seen(generator: ModuleType) -> None:
    line = [(0.0, 0.0), (50.0, 0.2), (100.0, 0.0), (100.0, 60.0), (100.2, 60.1), (0.0, 60.0)]
    assert generator.simplified(line) == [(0, 0), (100, 0), (100, 60), (0, 60)]


def test_the_generator_writes_both_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], generator: ModuleType
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    square = [[0, 45], [4, 0], [0, 4], [-4, 0], [0, -4]]
    shape = json.dumps(world(square, Land=("Polygon", "276", [[0]])))
    for name, text in {
        "LICENSE": "ISC",
        generator.SHAPES: shape,
        "package.json": '{"name": "a", "version": "1"}',
    }.items():
        package.joinpath(name).write_text(text, "utf-8")
    monkeypatch.setattr(generator, "WRITTEN", tmp_path / "data" / "outlines.json")
    monkeypatch.setattr(generator, "KEPT", tmp_path / "kept" / "world.tar.xz")
    assert generator.main([str(package)]) == 0
    made = json.loads(generator.WRITTEN.read_text("utf-8"))
    assert list(made["paths"]) == ["DE"]
    assert generator.to_text(generator.outlines(generator.read_kept())) == generator.WRITTEN.read_text("utf-8")
    assert "outlines.json" in capsys.readouterr().out
    monkeypatch.setattr(generator, "LARGEST", 10)
    with pytest.raises(ValueError, match="larger than 10 bytes"):
        generator.main([str(package)])


def test_the_generator_says_how_it_is_used(capsys: pytest.CaptureFixture[str], generator: ModuleType) -> None:
    assert generator.main([]) == 2
    assert "npm pack world-atlas@" in capsys.readouterr().err

"""What a look at a folder sees, when a state of it counts as settled, and when workers switch to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.watching import FRESH, SETTLED, Look, Vanished, Watch, look, row_of
from tests.conftest import BY_THE_CLOCK

pytestmark = BY_THE_CLOCK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in ("site.toml", "rules/a.toml", "rules/a.csv", "variants/film.toml"):
        site.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        site.joinpath(name).write_text(name)
    return site


def names(found: Look) -> list[str]:
    return [row[0] for row in found.signature]


# A look


def test_a_look_sees_every_toml_and_csv_below_the_folder_and_nothing_hidden(folder: Path) -> None:
    for name in (".hidden.toml", "rules/.a.toml.swp", "rules/notes.md", "README", ".git/config.toml", "rules/a.toml~"):
        folder.joinpath(name).parent.mkdir(exist_ok=True)
        folder.joinpath(name).write_text("x")
    assert names(look(folder)) == ["rules/a.csv", "rules/a.toml", "site.toml", "variants/film.toml"]


def test_a_row_is_relative_path_real_path_inode_size_and_time(folder: Path) -> None:
    status = folder.joinpath("site.toml").stat()
    (row,) = (row for row in look(folder).signature if row[0] == "site.toml")
    real = str(folder.resolve() / "site.toml")
    assert row == ("site.toml", real, status.st_ino, len("site.toml"), status.st_mtime_ns)


def replace_by_rename(folder: Path) -> None:
    """The same text, size and time in another file."""
    file, beside = folder / "site.toml", folder / ".new"
    shutil.copy2(file, beside)
    os.replace(beside, file)


def swap_link(folder: Path) -> None:
    """Another folder of the same texts behind the link."""
    real = folder.resolve()
    other = real.with_name("other")
    shutil.copytree(real, other, copy_function=os.link)
    folder.unlink()
    folder.symlink_to(other)


CHANGES: dict[str, Callable[[Path], object]] = {
    "another text": lambda folder: folder.joinpath("rules/a.toml").write_text("other text"),
    "another time": lambda folder: os.utime(folder / "rules/a.toml", ns=(1, 1)),
    "a new file": lambda folder: folder.joinpath("rules/b.toml").write_text(""),
    "a file less": lambda folder: folder.joinpath("rules/a.csv").unlink(),
    "a file renamed": lambda folder: folder.joinpath("rules/a.csv").rename(folder / "rules/b.csv"),
    "a file put over it": replace_by_rename,
    "a link that leads elsewhere": swap_link,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_shows_in_the_signature(folder: Path, change: Callable[[Path], object]) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    before = look(link)
    assert look(link) == before
    change(link)
    assert look(link).signature != before.signature


def test_links_are_followed_to_files_and_folders(folder: Path, tmp_path: Path) -> None:
    # A mounted ConfigMap: each file is a link through `..data`, which is one swap away from the next state.
    data = tmp_path / "mounted" / "..data"
    shutil.copytree(folder, data)
    mounted = data.parent
    for name in ("site.toml", "rules", "variants"):
        mounted.joinpath(name).symlink_to(Path("..data") / name)
    found = look(mounted)
    assert names(found) == names(look(folder))
    assert {Path(row[1]).parent.name for row in found.signature} == {"..data", "rules", "variants"}
    assert all("..data" in row[1] for row in found.signature)


def test_a_link_that_leads_back_or_nowhere_does_no_harm(folder: Path) -> None:
    folder.joinpath("rules/up").symlink_to(folder)
    folder.joinpath("rules/nowhere.toml").symlink_to("gone.toml")
    folder.joinpath("rules/itself.toml").symlink_to("itself.toml")
    found = names(look(folder))
    assert "rules/up/site.toml" in found
    assert not any("nowhere" in name or "itself" in name for name in found)
    assert len(found) < 100


def test_a_folder_that_is_gone_empty_or_no_folder_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(Vanished, match="No such file"):
        look(tmp_path / "nowhere")
    with pytest.raises(Vanished, match=r"holds no \.toml"):
        look(tmp_path)
    tmp_path.joinpath("file.toml").write_text("")
    with pytest.raises(Vanished, match="Not a directory"):
        look(tmp_path / "file.toml")


def test_what_goes_while_it_is_looked_at_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.scandir

    class Vanishing:
        """The entries of a folder, all of which are taken away before anybody asks about them."""

        def __init__(self, path: str) -> None:
            with whole(path) as entries:
                self.entries = list(entries)
            if path.endswith("rules/"):
                for entry in self.entries:
                    os.unlink(entry.path)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None:
            return

    monkeypatch.setattr(os, "scandir", Vanishing)
    assert names(look(folder)) == ["site.toml", "variants/film.toml"]


def test_a_folder_below_that_goes_meanwhile_is_empty_but_one_that_cannot_be_read_is_a_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.scandir

    def failing(error: OSError) -> Callable[[str], object]:
        def scan(path: str) -> object:
            if path.endswith("rules/"):
                raise error
            return whole(path)

        return scan

    monkeypatch.setattr(os, "scandir", failing(FileNotFoundError(2, "No such file or directory")))
    assert names(look(folder)) == ["site.toml", "variants/film.toml"]
    # Without its rules the site would answer something else: that must not be.
    monkeypatch.setattr(os, "scandir", failing(PermissionError(13, "Permission denied")))
    with pytest.raises(Vanished, match="rules: Permission denied"):
        look(folder)


def test_the_newest_change_is_that_of_a_file_of_a_folder_or_of_the_link(folder: Path, tmp_path: Path) -> None:
    found = look(folder)
    assert found.newest >= folder.joinpath("variants/film.toml").stat().st_mtime
    os.utime(
        folder / "rules", (found.newest, found.newest + 10)
    )  # as if a file had been taken away: nothing else shows it
    assert look(folder).newest == pytest.approx(found.newest + 10)
    link = tmp_path / "link"
    link.symlink_to(folder)
    os.utime(folder / "rules", (1, 1))
    assert look(link).newest >= link.lstat().st_ctime


def test_the_geo_file_is_a_row_as_well_as_soon_as_there_is_one(folder: Path) -> None:
    geo = folder / "places.mmdb"
    without = look(folder, geo)
    assert without.signature == look(folder).signature
    assert row_of(geo) is None
    geo.write_bytes(b"places")
    found = look(folder, geo)
    assert set(found.signature) - set(without.signature) == {row_of(geo)}
    assert found.newest == pytest.approx(geo.stat().st_mtime)
    assert look(folder).beside(row_of(geo)).signature == found.signature
    geo.write_bytes(b"pl")
    assert look(folder, geo).signature != found.signature


# Watching


def watch(folder: Path) -> Watch:
    return Watch(folder, look(folder))


def test_what_was_there_at_the_beginning_is_not_offered(folder: Path) -> None:
    watching = watch(folder)
    assert [watching.settled(float(now)) for now in range(1_000_000, 1_000_003)] == [None, None, None]


def test_a_change_is_offered_once_nothing_has_changed_for_a_while(folder: Path) -> None:
    watching = watch(folder)
    folder.joinpath("site.toml").write_text("half")
    assert watching.settled(100.0) is None
    folder.joinpath("site.toml").write_text("half and half")  # still being written
    assert watching.settled(100.1) is None
    assert watching.settled(100.1 + SETTLED - 0.01) is None
    found = watching.settled(100.1 + SETTLED)
    assert found is not None
    assert found.signature == look(folder).signature


def test_a_state_is_offered_until_it_is_taken(folder: Path) -> None:
    watching = watch(folder)
    folder.joinpath("site.toml").write_text("other")
    assert watching.settled(100.0) is None
    first, again = watching.settled(101.0), watching.settled(102.0)
    assert first is not None
    assert first == again
    watching.take(first)
    assert watching.settled(103.0) is None


def test_a_change_that_was_taken_back_is_no_change(folder: Path) -> None:
    watching = watch(folder)
    file = folder / "rules/a.toml"
    file.rename(folder / "rules/.a.toml")
    assert watching.settled(100.0) is None
    folder.joinpath("rules/.a.toml").rename(file)
    assert watching.settled(101.0) is None
    assert watching.settled(102.0) is None


def test_a_folder_that_comes_back_as_it_was_is_offered_once_it_was_missed(folder: Path) -> None:
    watching = watch(folder)
    away = folder.with_name("away")
    folder.rename(away)
    with pytest.raises(Vanished):
        watching.settled(100.0)
    watching.forget()
    away.rename(folder)
    assert watching.settled(101.0) is None
    assert watching.settled(102.0) is not None


def test_all_workers_switch_at_the_same_instant_after_the_newest_change(folder: Path) -> None:
    # Two workers see a change at different moments, and switch at one.
    first, second = watch(folder), watch(folder)
    folder.joinpath("site.toml").write_text("other")
    newest = look(folder).newest
    assert first.settled(newest + 0.01) is None
    assert second.settled(newest + 0.09) is None
    early, late = first.settled(newest + 0.2), second.settled(newest + 0.3)
    assert early is not None
    assert late is not None
    assert first.switch_at(early, newest + 0.2, 0.6) == second.switch_at(late, newest + 0.3, 0.6) == newest + 0.6


def test_a_newest_change_of_long_ago_or_of_the_future_says_nothing(folder: Path) -> None:
    watching = watch(folder)
    folder.joinpath("site.toml").write_text("other")
    now = look(folder).newest + FRESH + 1  # swapped in by a link: nothing in it is new
    assert watching.settled(now) is None
    found = watching.settled(now + 0.2)
    assert found is not None
    assert watching.switch_at(found, now + 0.2, 0.6) == now + 0.6
    ahead = Look(found.signature, now + 3600)  # a clock that is ahead
    assert watching.switch_at(ahead, now + 0.2, 0.6) == now + 0.6


def test_a_larger_site_is_given_longer_to_build_and_a_geo_file_counts_for_nothing(folder: Path, tmp_path: Path) -> None:
    before = look(folder).building
    (folder / "rules" / "bulk.csv").write_bytes(b"x" * 1_000_000)
    rows = look(folder).building
    (folder / "rules" / "more.toml").write_bytes(b"x" * 1_000_000)
    both = look(folder).building
    assert 1 < rows - before < both - rows < 2  # TOML takes longer than CSV
    geo = tmp_path / "places.mmdb"
    geo.write_bytes(b"x" * 1_000_000)
    assert look(folder, geo).building == both

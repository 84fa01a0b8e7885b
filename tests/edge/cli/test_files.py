"""Files that commands write: whole, through links, with the rights that they had."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from edge.cli.files import put, site_files


def test_a_file_is_written_whole_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", b"one")
    put(tmp_path / "a.csv", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"two")]


def test_a_file_keeps_its_rights_and_a_link_leads_where_it_led(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_bytes(b"one")
    real.chmod(0o640)
    link.symlink_to(real)
    put(link, b"two")
    assert (link.is_symlink(), real.read_bytes(), real.stat().st_mode & 0o777) == (True, b"two", 0o640)


def test_what_cannot_be_written_or_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="cannot be written"):
        put(tmp_path / "no" / "a.csv", b"")
    with pytest.raises(click.ClickException, match="isogloss new DIR"):
        site_files(tmp_path)
    (tmp_path / "site.toml").write_bytes(b"x = 1\n")
    assert site_files(tmp_path) == {"site.toml": b"x = 1\n"}

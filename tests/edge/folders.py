"""A site as a folder on disk that somebody edits, as editors and their tools do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from edge.site import DEMO

#: The rules of the airline once its wish for Spain is taken out: the table stays, since `site.toml` orders it.
NO_RULES = '[table]\nid = "airline"\n'


def demo_folder(folder: Path) -> Path:
    """A copy of the airline demo."""
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def publish(file: Path, text: str | bytes) -> None:
    """Puts a new text into the place of a file at once: written beside it, then renamed over it."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(text.encode() if isinstance(text, str) else text)
    os.replace(beside, file)


def change(file: Path, old: str, new: str) -> None:
    """Publishes a file with one part of its text replaced."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    publish(file, text.replace(old, new))


def add(file: Path, text: str) -> None:
    """Publishes a file with more at its end."""
    publish(file, file.read_text("utf-8") + text)

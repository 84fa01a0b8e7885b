"""The command `isogloss`. Exit codes: 0 good, 1 findings, 2 wrong usage.

Nothing is imported here until it is known that the four packages are ours: `rules` and `variants` are also names of others'
distributions, and half of one and half of another would answer in some odd way.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("edge", "locales", "rules", "variants")


def main() -> None:
    """Runs the command line."""
    owner = next(foreign_owners(Path(__file__).parent.parent.parent), None)
    if owner is not None:
        print(f"isogloss: {owner} Install isogloss into an environment of its own.", file=sys.stderr)
        raise SystemExit(2)
    gc.disable()  # what is imported is no garbage, and looking for any takes 15 ms; see `edge.cli.commands`
    from edge.cli.commands import isogloss

    isogloss()


def foreign_owners(root: Path, packages: tuple[str, ...] = PACKAGES) -> Iterator[str]:
    """A sentence for each of the packages that is not from `root`, or that another distribution has put files into."""
    from importlib.util import find_spec

    for package in packages:
        spec = find_spec(package)
        origin = None if spec is None or spec.origin is None else Path(spec.origin).parent.parent
        if origin != root:
            yield f'The package "{package}" comes from another place ({origin or "nowhere"}).'
    for record in root.glob("*.dist-info/RECORD"):
        distribution = record.parent.name.partition("-")[0]
        if distribution == "isogloss":
            continue
        lines = b"\n" + record.read_bytes()
        for package in packages:
            if b"\n%b/" % package.encode("ascii") in lines:
                yield f'The distribution "{distribution}" owns the package "{package}" as well.'
                break

"""A second reading of `docs/splits.md`, by the letter, with a BLAKE2b of its own (RFC 7693): it shares no line with the product.

`python -m tests.rules.splits_reference > tests/cases/splits.json` writes the published test vectors. They never change: a
difference is a fault of the product, or another algorithm with another name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

MASK = (1 << 64) - 1
IV = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
LANES = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def blake2b_512(message: bytes) -> bytes:
    """RFC 7693 §3.3, without a key, 64 bytes."""
    state = [IV[0] ^ 0x01010040, *IV[1:]]
    blocks = [message[at : at + 128] for at in range(0, len(message), 128)] or [b""]
    done = 0
    for number, block in enumerate(blocks):
        done += len(block)
        _compress(state, block.ljust(128, b"\0"), done, last=number == len(blocks) - 1)
    return b"".join(word.to_bytes(8, "little") for word in state)


def _compress(state: list[int], block: bytes, done: int, *, last: bool) -> None:
    words = [int.from_bytes(block[at : at + 8], "little") for at in range(0, 128, 8)]
    v = [*state, *IV]
    v[12] ^= done & MASK
    v[13] ^= done >> 64
    if last:
        v[14] ^= MASK
    for turn in range(12):
        order = SIGMA[turn % 10]
        for lane, (a, b, c, d) in enumerate(LANES):
            _mix(v, a, b, c, d, words[order[2 * lane]], words[order[2 * lane + 1]])
    for at in range(8):
        state[at] ^= v[at] ^ v[at + 8]


def _mix(v: list[int], a: int, b: int, c: int, d: int, x: int, y: int) -> None:
    for one, far, near in ((x, 32, 24), (y, 16, 63)):
        v[a] = (v[a] + v[b] + one) & MASK
        v[d] = _rotated(v[d] ^ v[a], far)
        v[c] = (v[c] + v[d]) & MASK
        v[b] = _rotated(v[b] ^ v[c], near)


def _rotated(word: int, bits: int) -> int:
    return (word >> bits | word << (64 - bits)) & MASK


# The page


def place(label: str, salt: str, experiment: str, unit: str) -> int:
    """A number from 0 up to 2 to the power of 64."""
    message = b"\x00".join(text.encode("utf-8") for text in ("blake2b-1", label, salt, experiment, unit))
    return int.from_bytes(blake2b_512(message)[:8], "big")


def drawn(split: Mapping[str, Any], unit: str | None) -> tuple[str, str | None]:
    """The arm, and why it is the default. Shares are exact fractions here."""
    default, salt = str(split["default"]), str(split.get("salt", ""))
    if unit is None:
        return default, "no-unit"
    holdout = Fraction(str(split.get("holdout", 0))) / 100
    coverage = Fraction(str(split.get("coverage", float(100 * (1 - holdout))))) / 100
    if Fraction(place("holdout", salt, "", unit), 2**64) < holdout:
        return default, "holdout"
    if Fraction(place("coverage", salt, split["experiment"], unit), 2**64) * (1 - holdout) >= coverage:
        return default, "outside"
    total = sum(arm["weight"] for arm in split["arms"])
    reached, point = 0, Fraction(place("arm", salt, split["experiment"], unit), 2**64) * total
    for arm in split["arms"]:
        reached += arm["weight"]
        if point < reached:
            return str(arm["id"]), None
    raise AssertionError("the weights end before the line does")


# The vectors

UNITS: tuple[str | None, ...] = (
    None, "alice", "bob", "Alice", "7f3a91", "007", "7", "a b, c", "50c1c2b6-6d5f-4b0e-9f0e-1b8b2f4f3c11", "Zoë", "山田",
    "أحمد", "x" * 128, "example-1", "example-2", "example-3", "example-4", "example-5", "example-6", "example-7",
)  # fmt: skip


def _arms(*weights: int) -> list[dict[str, Any]]:
    return [{"id": "abcdefgh"[number], "weight": weight} for number, weight in enumerate(weights)]


SPLITS: Sequence[dict[str, Any]] = (
    {"experiment": "halves", "default": "a", "arms": _arms(1, 1)},
    {"experiment": "halves", "salt": "again", "default": "a", "arms": _arms(1, 1)},
    {"experiment": "half-of-half", "coverage": 50, "default": "a", "arms": _arms(1, 1)},
    {"experiment": "kept-apart", "holdout": 20, "default": "b", "arms": _arms(1, 1)},
    {"experiment": "kept-apart-too", "holdout": 20, "coverage": 37.5, "default": "b", "arms": _arms(1, 1)},
    {"experiment": "uneven", "default": "a", "arms": _arms(90, 9, 1)},
    {"experiment": "paused-arm", "default": "c", "arms": _arms(0, 3, 4)},
    {"experiment": "nobody", "coverage": 0, "default": "b", "arms": _arms(1, 1)},
    {"experiment": "all-held", "holdout": 100, "default": "b", "arms": _arms(1, 1)},
)


def vectors() -> dict[str, Any]:
    """What `tests/cases/splits.json` holds."""
    labels = ("holdout", "coverage", "arm")
    places = [
        {"label": label, "salt": salt, "experiment": "" if label == "holdout" else "halves", "unit": unit}
        for label in labels
        for salt in ("", "again")
        for unit in ("alice", "山田")
    ]
    return {
        "version": 1,
        "about": "Splits (docs/splits.md): where a unit stands (16 hex digits), and the arm that it is in.",
        "hash": "blake2b-1",
        "positions": [
            {**one, "position": f"{place(one['label'], one['salt'], one['experiment'], one['unit']):016x}"}
            for one in places
        ],
        "cases": [{"split": split, "draws": [[unit, *drawn(split, unit)] for unit in UNITS]} for split in SPLITS],
    }


def written() -> str:
    """The vectors as JSON, a line for each."""
    found = vectors()
    lists = {name: found.pop(name) for name in ("positions", "cases")}
    head = "".join(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n" for name, value in found.items())
    positions = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in lists["positions"])
    cases = ",\n".join(_case(one) for one in lists["cases"])
    return f'{{\n{head}  "positions": [\n{positions}\n  ],\n  "cases": [\n{cases}\n  ]\n}}\n'


def _case(one: Mapping[str, Any]) -> str:
    draws = ",\n".join(f"      {json.dumps(row, ensure_ascii=False)}" for row in one["draws"])
    return f'    {{"split": {json.dumps(one["split"])}, "draws": [\n{draws}\n    ]}}'


if __name__ == "__main__":
    print(written(), end="")

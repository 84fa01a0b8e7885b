"""The shapes in which tables are written: what TOML, CSV and JSON have in common before anything is looked up.

`loading` turns them into the values of `tables`. Field names are those of the files (DESIGN §2).
"""

from __future__ import annotations

from typing import Any

import msgspec


class HeadForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[table]`."""

    id: str
    hit_policy: str = "first"
    zone: str = "site"


class OutcomeForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`then`. A mode that stands alone is an order of one."""

    variant: str | None = None
    language: str | None = None
    mode: str | list[str] | None = None
    tags: dict[str, str] = {}


class ScheduleForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"from_": "from"}):
    """`active`: dates and times of TOML, or texts. `moments` reads them: msgspec has no union of text and date."""

    from_: Any = None
    until: Any = None


class ArmForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One of `[[rules.split.arms]]`."""

    id: str
    then: OutcomeForm
    weight: int = 1


class SplitForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[rules.split]`. `coverage` and `holdout` are percent of all units; no coverage is all that the holdout leaves."""

    experiment: str
    hash: str
    default: str
    arms: list[ArmForm]
    coverage: int | float | None = None
    holdout: int | float = 0
    salt: str = ""


class RuleForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One of `[[rules]]`. `when` has a raw cell for each input; `why` is a text, or texts by language.

    A rule has either `then` or a `split`, which one form cannot say: `loading` does.
    """

    id: str
    then: OutcomeForm | None = None
    split: SplitForm | None = None
    when: dict[str, Any] = {}
    why: str | dict[str, str] = ""
    active: ScheduleForm = ScheduleForm()


class TestForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One of `[[tests]]`."""

    __test__ = False  # pytest would take the name for a class of tests

    name: str
    item: str
    expect: dict[str, str]
    given: dict[str, Any] = {}


class TableForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A whole file: the parts are read one by one, so that each has its own findings."""

    table: dict[str, Any]
    rules: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []

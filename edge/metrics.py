"""Counters in the Prometheus text format (version 0.0.4). Labels come from the catalogue alone, never from a visitor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Labels = tuple[tuple[str, str], ...]

#: Every counter, and what it counts.
COUNTERS: Mapping[str, str] = {
    "isogloss_answers_total": "Answers given, by item, variant and reason.",
    "isogloss_reloads_total": "Attempts to load a changed site, by result.",
    "isogloss_geo_faults_total": "Look-ups that the geo file could not answer because it is broken.",
}


class Counter:
    """One number that only grows. The look-up path adds to `value` without a call."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Metrics:
    """All counters of this process: they outlive a swap of the site."""

    def __init__(self) -> None:
        self._counters: dict[tuple[str, Labels], Counter] = {}

    def counter(self, name: str, **labels: str) -> Counter:
        """The counter of that name and those labels, made on first need."""
        return self._counters.setdefault((name, tuple(sorted(labels.items()))), Counter())

    def text(self, gauges: Iterable[tuple[str, str, Labels, float]] = ()) -> str:
        """All counters, and gauges as (name, help, labels, value)."""
        lines: list[str] = []
        counted = sorted(self._counters.items(), key=_key)
        for name, explanation in COUNTERS.items():
            lines += [f"# HELP {name} {explanation}", f"# TYPE {name} counter"]
            lines += [_line(name, labels, counter.value) for (of, labels), counter in counted if of == name]
        for name, explanation, labels, value in gauges:
            lines += [f"# HELP {name} {explanation}", f"# TYPE {name} gauge", _line(name, labels, value)]
        return "\n".join(lines) + "\n"


def _key(entry: tuple[tuple[str, Labels], Counter]) -> tuple[str, Labels]:
    return entry[0]


def _line(name: str, labels: Labels, value: float) -> str:
    inner = ",".join(f'{key}="{text}"' for key, text in labels)
    # `:g` would round what is beyond a million.
    number = repr(int(value)) if value == int(value) else repr(value)
    return f"{name}{{{inner}}} {number}" if inner else f"{name} {number}"

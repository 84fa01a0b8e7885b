"""The engines that rule tables are measured against, each in its fastest documented form, with the same rules as its own.

They are installed by `scripts/bench` into a folder beside the environment, which the variable `ISOGLOSS_PEERS` names, or into
the environment itself. One that is not there is left out by name. What an engine is asked with is built beforehand where its
interface takes plain values, and in the call where the interface wants an object of its own for each.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.rules_made import DEFAULT, INPUTS, MadeRule, Scan, Visitor

#: Names the folder that `scripts/bench` installs them into.
PEERS_FOLDER = "ISOGLOSS_PEERS"


@dataclass(frozen=True, slots=True)
class Contender:
    """Anything that finds the first row of a table: `prepare` is not timed, `first` is, and gives the row's id.

    `seen`: what is timed is the second question of the same visitor.
    """

    name: str
    prepare: Callable[[Visitor], Any]
    first: Callable[[Any], str | None]
    seen: bool = False


Make = Callable[[Sequence[MadeRule]], Contender]


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine to measure against: its distribution, empty where there is none, and how its table is made."""

    title: str
    distribution: str
    make: Make


def add_folder() -> None:
    """Peers are found in the folder that the environment names; ours and the environment's packages come before it."""
    folder = os.environ.get(PEERS_FOLDER, "")
    if folder and folder not in sys.path:
        sys.path.append(folder)


def version(peer: Peer) -> str | None:
    """The version of a peer that is installed; None where it is not, empty where there is nothing to install."""
    try:
        return importlib.metadata.version(peer.distribution) if peer.distribution else ""
    except importlib.metadata.PackageNotFoundError:
        return None


def plain(visitor: Visitor) -> dict[str, object]:
    """The visitor as JSON would have it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in visitor.values.items()}


# --- the plain scan ---------------------------------------------------------------------------------------------------


def make_scan(rules: Sequence[MadeRule]) -> Contender:
    """Every rule in turn."""
    return Contender("scan", lambda visitor: visitor, Scan(rules).first)


# --- zen-engine -------------------------------------------------------------------------------------------------------


def make_zen(rules: Sequence[MadeRule]) -> Contender:
    """A decision table under a static loader, asked by `evaluate(key, context)`: the way in which its index is built.

    A context as JSON text is taken in a little faster than a dict, so that is what it gets.
    """
    zen = importlib.import_module("zen")
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rows": zen_graph(rules)}}})

    def first(context: str) -> str | None:
        found: str | None = engine.evaluate("rows", context)["result"].get("row")
        return found

    return Contender("zen", lambda visitor: json.dumps(plain(visitor)), first)


def zen_graph(rules: Sequence[MadeRule]) -> Mapping[str, object]:
    """JDM: an input, one decision table, an output."""
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in INPUTS],
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": [_zen_row(rule) for rule in rules],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [{"id": name, "type": kind, "name": name, "position": {"x": 0, "y": 0}} for name, kind in kinds.items()]
    nodes[1]["content"] = content
    edges = [("in", "table"), ("table", "out")]
    return {
        "nodes": nodes,
        "edges": [{"id": one, "sourceId": one, "targetId": two, "type": "edge"} for one, two in edges],
    }


def _zen_row(rule: MadeRule) -> Mapping[str, str]:
    cells = {name: _zen_cell(name, rule.when.get(name, ())) for name in INPUTS}
    return {"_id": rule.id, **cells, "row": json.dumps(rule.id)}


def _zen_cell(name: str, wanted: Sequence[str]) -> str:
    """A unary test: one of the texts; for the set of words an expression, since a unary test has no any-of."""
    listed = ", ".join(json.dumps(value) for value in wanted)
    return f"some($, # in [{listed}])" if wanted and name == "terms" else listed


# --- CEL --------------------------------------------------------------------------------------------------------------


def make_cel(rules: Sequence[MadeRule]) -> Contender:
    """One compiled program for each rule; the context is made once for each visitor, in the call."""
    cel = importlib.import_module("cel")
    programs = [(rule.id, cel.compile(cel_text(rule))) for rule in rules]

    def first(values: dict[str, object]) -> str | None:
        context = cel.Context(values)
        return next((name for name, program in programs if program.execute(context)), None)

    return Contender("cel", plain, first)


def cel_text(rule: MadeRule) -> str:
    """A rule as an expression."""
    return " && ".join(_cel_cell(name, json.dumps(wanted)) for name, wanted in rule.when.items()) or "true"


def _cel_cell(name: str, listed: str) -> str:
    return f"terms.exists(word, word in {listed})" if name == "terms" else f"{name} in {listed}"


# --- GrowthBook -------------------------------------------------------------------------------------------------------


def make_growthbook(rules: Sequence[MadeRule]) -> Contender:
    """One feature, each rule a condition that forces a value; one instance, whose attributes change with the visitor."""
    growthbook = importlib.import_module("growthbook")
    rows = [{"id": rule.id, "condition": growthbook_condition(rule), "force": rule.id} for rule in rules]
    instance = growthbook.GrowthBook(features={"rows": {"defaultValue": None, "rules": rows}})

    def first(values: dict[str, object]) -> str | None:
        instance.set_attributes(values)
        found: str | None = instance.eval_feature("rows").value
        return found

    return Contender("growthbook", plain, first)


def growthbook_condition(rule: MadeRule) -> Mapping[str, object]:
    """`$in` is any-of where the attribute is a list."""
    return {name: {"$in": list(wanted)} for name, wanted in rule.when.items()}


# --- flagd ------------------------------------------------------------------------------------------------------------


def make_flagd(rules: Sequence[MadeRule]) -> Contender:
    """One flag whose targeting is one long `if`; the evaluation context is made in the call."""
    core = importlib.import_module("openfeature.contrib.tools.flagd.core").FlagdCore()
    context = importlib.import_module("openfeature.evaluation_context").EvaluationContext
    core.set_flags({"flags": {"rows": flagd_flag(rules)}})

    def first(values: dict[str, object]) -> str | None:
        found: str | None = core.resolve_string_value("rows", "", context("visitor", values)).value
        return found

    return Contender("flagd", plain, first)


def flagd_flag(rules: Sequence[MadeRule]) -> Mapping[str, object]:
    """JsonLogic: condition, variant, condition, variant, ..., and at last the variant of the rule that asks nothing."""
    chain = [part for rule in rules if rule.when for part in (_jsonlogic(rule), rule.id)]
    variants = {rule.id: rule.id for rule in rules}
    return {"state": "ENABLED", "variants": variants, "defaultVariant": DEFAULT, "targeting": {"if": [*chain, DEFAULT]}}


def _jsonlogic(rule: MadeRule) -> Mapping[str, object]:
    return {"and": [_jsonlogic_cell(name, list(wanted)) for name, wanted in rule.when.items()]}


def _jsonlogic_cell(name: str, wanted: list[str]) -> Mapping[str, object]:
    if name == "terms":
        return {"some": [{"var": "terms"}, {"in": [{"var": ""}, wanted]}]}
    return {"in": [{"var": name}, wanted]}


#: By the name that their rows have. The scan is what the others' answers are checked against, and a row of its own.
PEERS: Mapping[str, Peer] = {
    "scan": Peer("plain scan", "", make_scan),
    "zen": Peer("zen-engine", "zen-engine", make_zen),
    "cel": Peer("CEL", "common-expression-language", make_cel),
    "growthbook": Peer("GrowthBook", "growthbook", make_growthbook),
    "flagd": Peer("flagd-core", "openfeature-flagd-core", make_flagd),
}

"""Requests per second and CPU per request: the service against its peers, interleaved, each on the same core.

Within a round every configuration is warmed and timed once, beginning with another one each round; ratios are taken within
a round, then their median. Before anything is timed, the answers are checked: a fast wrong answer counts for nothing.
"""

from __future__ import annotations

import contextlib
import json
import math
import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.agents import user_agent
from bench.machine import (
    Answer,
    BenchFault,
    Fields,
    Server,
    ask,
    cores,
    cpu_seconds,
    free_port,
    peer_command,
    pinned,
    running,
    service_command,
)
from bench.peers import MEASURED
from bench.report import Budget, Line, middle, ratio_line, ratios, rotated
from bench.sites import CLOUDFLARE, NOBODY, demo_site
from bench.visitors import LANGUAGES, addresses_in, referrer

#: Requests a second, (over, under) → what the ratio must be.
RPS = {
    ("lookup", "starlette"): Budget("lookup/starlette-rps", 1.0, least=True),
    ("lookup", "raw"): Budget("lookup/raw-rps", 0.85, least=True),
    ("combinations", "lookup"): Budget("combinations/lookup-rps", 0.85, least=True),
    ("no-memo", "lookup"): Budget("no-memo/lookup-rps", 0.5, least=True),
}
#: CPU of the server a request, theirs over ours.
CPU = Budget("lookup/starlette-cpu", 1.0, least=True)

#: What every manifest says in its fields.
FIELDS = (
    "content-type", "content-language", "vary", "etag", "cache-control", "cdn-cache-control",
    "isogloss-variant", "isogloss-key", "isogloss-decision", "surrogate-key", "cache-tag",
)  # fmt: skip

CONNECTIONS = 64
#: How many sets of fields the first row rotates; the other row makes a new combination of known values each time.
SETS = 64
ENDLESS = 1_000_000_000

#: Shares of a core: below the first the server had to wait for others, above the second the generator was what was measured.
SERVER_BUSY, GENERATOR_FULL = 0.9, 0.9
#: With fewer undisturbed rounds than this, all rounds count.
LEAST_ROUNDS = 3

#: The founding story, as (country, language of the header) → variant: what is timed has to be right.
STORY = {("DE", "de"): "de-dub", ("ES", "es"): "es-sub", ("GB", "en"): "original"}

Columns = tuple[list[str], ...]
Story = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run: requests a second, CPU µs a request, and which share of a core the server and the generator used."""

    rps: float
    cpu: float
    server: float
    generator: float
    p50: int
    p99: int

    @property
    def contended(self) -> bool:
        """Whether something other than the server may have set the pace."""
        return self.server < SERVER_BUSY or self.generator > GENERATOR_FULL


@dataclass(frozen=True, slots=True)
class Config:
    """Something to time: a server, and after how many requests the fields repeat."""

    name: str
    server: Server
    period: int


def measure(rounds: int, seconds: int, *, direct: bool = False) -> Iterator[Line]:
    """The lines of the look-up. Takes about `rounds · 5 · (seconds + 1)` seconds, more where the machine is busy.

    `direct`: nobody is believed, so there is no place; only to see what a hop costs.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        columns = request_columns()
        parts = folder / "parts.lua"
        parts.write_text(lua_parts(columns))
        site = demo_site(folder / "site", NOBODY if direct else CLOUDFLARE)
        configs = _start_all(stack, site, columns, {} if direct else STORY)
        found = _rounds(configs, parts, rounds, seconds)
    yield from lines(found, rounds)


def lines(found: Sequence[Mapping[str, Run]], wanted: int) -> Iterator[Line]:
    """Ratios of requests a second come from rounds that nobody disturbed, where there are enough of them.

    CPU is compared in all of them: it suffers much less.
    """
    quiet = [{name: run.rps for name, run in turn.items() if not run.contended} for turn in found]
    every = [{name: run.rps for name, run in turn.items()} for turn in found]
    for over, under in (("lookup", "starlette"), ("lookup", "raw"), ("combinations", "lookup"), ("no-memo", "lookup")):
        undisturbed = ratios(quiet, over, under)
        enough = len(undisturbed) >= min(wanted, LEAST_ROUNDS)
        line = ratio_line(RPS[over, under], undisturbed if enough else ratios(every, over, under))
        yield Line(
            line.budget,
            line.value,
            f"{line.note}; {len(undisturbed)} of {len(found)} undisturbed; {_typical(found, over)}",
        )
    cpu = [{name: run.cpu for name, run in turn.items()} for turn in found]
    line = ratio_line(CPU, ratios(cpu, "starlette", "lookup"))
    yield Line(line.budget, line.value, f"{line.note}; {_typical(found, 'starlette')}; {_typical(found, 'raw')}")


def _typical(found: Sequence[Mapping[str, Run]], name: str) -> str:
    """What one configuration did in the middle round, for people."""
    rps, cpu, server = (middle([getattr(turn[name], key) for turn in found]) for key in ("rps", "cpu", "server"))
    return f"{name} {rps:.0f}/s, {cpu:.1f} us, {server:.0%} of its core"


# --- requests ---------------------------------------------------------------------------------------------------------


def request_columns(seed: int = 7) -> Columns:
    """Values of four fields. Their numbers have no common divisor: 61, 64, 59 and 53 give twelve million combinations."""
    rng = random.Random(seed)
    known = list(dict.fromkeys(header for headers in LANGUAGES.values() for header in headers))
    languages = [*known, *(f"{header},ko;q=0.1" for header in known)][:61]
    addresses = addresses_in(LANGUAGES, 4, rng)
    places = [
        f"CF-IPCountry: {country}\r\nCF-Connecting-IP: {address}" for country, of in addresses.items() for address in of
    ]
    rng.shuffle(languages)
    rng.shuffle(places)
    columns = (
        [f"Accept-Language: {one}" for one in languages],
        places,
        [f"User-Agent: {one}" for one in _different(user_agent, 59, rng)],
        [f"Referer: {one}" for one in _different(referrer, 53, rng)],
    )
    sizes = [len(column) for column in columns]
    assert math.lcm(*sizes) == math.prod(sizes), sizes
    return columns


def _different(make: Callable[[random.Random], str], count: int, rng: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[make(rng)] = None
    return list(found)


HEAD = f"GET {MEASURED} HTTP/1.1\r\nHost: isogloss.example\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\n"


def lua_parts(columns: Columns) -> str:
    """The requests as a Lua table; JSON's strings are Lua's as long as they are ASCII without control characters."""
    lists = ", ".join("{ " + ", ".join(json.dumps(f"{entry}\r\n") for entry in column) + " }" for column in columns)
    return f"return {{ head = {json.dumps(HEAD)}, columns = {{ {lists} }}, tail = {json.dumps(chr(13) + chr(10))} }}\n"


def request_fields(columns: Columns, number: int) -> list[tuple[str, str]]:
    """The fields of the n-th request, as `load.lua` makes it."""
    picked = [column[number % len(column)] for column in columns]
    entries = [*HEAD.split("\r\n")[1:-1], *(line for entry in picked for line in entry.split("\r\n"))]
    return [(name, value) for name, _, value in (entry.partition(": ") for entry in entries)]


# --- servers and their answers ----------------------------------------------------------------------------------------


def _start_all(stack: contextlib.ExitStack, site: Path, columns: Columns, story: Story) -> list[Config]:
    """All servers run before the first round. The peers repeat an answer of the service, so they start after it."""
    core, _ = cores()

    def service(**env: str) -> Server:
        port = free_port()
        return stack.enter_context(running(service_command(site, port), port, core=core, env=env))

    lookup, no_memo = service(), service(ISOGLOSS_MEMO="off")
    answers = [_checked(lookup, no_memo, request_fields(columns, number), story) for number in range(SETS)]
    model = sorted(answers, key=lambda answer: len(answer.body))[SETS // 2]
    file = site.with_name("answer.json")
    file.write_text(json.dumps({"fields": _own_fields(model), "body": model.body.decode()}))

    def peer(app: str) -> Server:
        port = free_port()
        server = stack.enter_context(
            running(peer_command(app, port), port, core=core, env={"ISOGLOSS_BENCH_ANSWER": str(file)})
        )
        _check_peer(app, ask(port, MEASURED), model)
        return server

    return [
        Config("lookup", lookup, SETS),
        Config("combinations", lookup, ENDLESS),
        Config("no-memo", no_memo, SETS),
        Config("starlette", peer("constant"), SETS),
        Config("raw", peer("raw"), SETS),
    ]


def _own_fields(answer: Answer) -> dict[str, str]:
    """What the service has sent, without what the server adds by itself or what the peers add of their own."""
    return {
        name: value for name, value in answer.fields if name not in {"date", "server", "connection", "content-length"}
    }


def _checked(lookup: Server, no_memo: Server, fields: Fields, story: Story) -> Answer:
    """The service's answer to a request, after it has been found right; with and without the memo it is the same."""
    answer, slow = (ask(server.port, MEASURED, fields) for server in (lookup, no_memo))
    problem = check_answer(answer, fields, story) or difference(answer, slow)
    if problem:
        raise BenchFault(f"wrong answer: {problem}\nto {fields}")
    return answer


def difference(answer: Answer, other: Answer) -> str:
    """Where two answers differ that should be the same, empty where they do not. Only one of the two may be a hit."""
    ours, theirs = (
        _own_fields(answer) | {"body": answer.body.decode()},
        _own_fields(other) | {"body": other.body.decode()},
    )
    names = {**ours, **theirs}.keys() - {"cache-status"}
    differing = sorted(name for name in names if ours.get(name) != theirs.get(name))
    return "; ".join(f"{name}: {ours.get(name)}, without the memo {theirs.get(name)}" for name in differing)


def check_answer(answer: Answer, fields: Fields, story: Story) -> str:
    """What is wrong with a manifest, empty where nothing is: status, fields, body, and the variant of the founding story."""
    if answer.status != 200:
        return f"status {answer.status}"
    missing = [name for name in FIELDS if not answer.field(name)]
    if missing:
        return f"no {', '.join(missing)}"
    variant = json.loads(answer.body)["variant"]["id"]
    if variant != answer.field("isogloss-variant"):
        return "field and body name different variants"
    asked = dict(fields)
    expected = story.get((asked["CF-IPCountry"], asked["Accept-Language"][:2]), variant)
    return "" if variant == expected else f"variant {variant}, not {expected}"


def _check_peer(app: str, answer: Answer, model: Answer) -> None:
    """A peer sends the same bytes and as many fields."""
    same = answer.body == model.body and len(answer.fields) == len(model.fields)
    if answer.status != 200 or not same:
        raise BenchFault(
            f"the peer {app} answers {answer.status} with {len(answer.fields)} fields, {len(answer.body)} bytes"
        )


# --- timing -----------------------------------------------------------------------------------------------------------


def _rounds(configs: Sequence[Config], parts: Path, rounds: int, seconds: int) -> list[dict[str, Run]]:
    """At least so many rounds; up to half as many more while disturbed ones leave too few."""
    by_name = {config.name: config for config in configs}
    found: list[dict[str, Run]] = []
    while len(found) < rounds or (len(found) < rounds * 3 // 2 and _quiet(found) < rounds):
        turn = len(found)
        found.append({name: _timed(by_name[name], parts, seconds, turn) for name in rotated(list(by_name), turn)})
    return found


def _quiet(found: Sequence[Mapping[str, Run]]) -> int:
    return sum(not any(run.contended for run in turn.values()) for turn in found)


def _timed(config: Config, parts: Path, seconds: int, turn: int) -> Run:
    """One warm-up and one timed run. Each begins elsewhere in the twelve million combinations, so none repeats."""
    _wrk(config, parts, 1, turn * 2_000_003)
    return _wrk(config, parts, seconds, turn * 2_000_003 + 1_000_003)


def _wrk(config: Config, parts: Path, seconds: int, start: int) -> Run:
    _, core = cores()
    url = f"http://127.0.0.1:{config.server.port}{MEASURED}"
    script = str(Path(__file__).with_name("load.lua"))
    flags = [
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "-s",
        script,
        url,
        "--",
        str(parts),
        str(config.period),
        str(start),
    ]
    cpu, own = cpu_seconds(config.server.pid), _children_seconds()
    with pinned(core):
        said = subprocess.run(["wrk", *flags], capture_output=True, text=True, check=False)
    cpu, own = cpu_seconds(config.server.pid) - cpu, _children_seconds() - own
    return parse_run(said.stdout + said.stderr, cpu, own)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parse_run(output: str, cpu: float, generator: float) -> Run:
    """The line that `load.lua` writes: requests, µs, failures, p50 and p99 in µs. A single failure ends the bench."""
    line = next((line for line in output.splitlines() if line.startswith("isogloss ")), None)
    if line is None:
        raise BenchFault(f"wrk said:\n{output}")
    requests, micros, failed, p50, p99 = map(int, line.split()[1:])
    if failed or not requests:
        raise BenchFault(f"{failed} of {requests} requests failed\n{output}")
    elapsed = micros / 1e6
    return Run(requests / elapsed, cpu * 1e6 / requests, cpu / elapsed, generator / elapsed, p50, p99)

"""The matcher: µs of CPU for a header, with 20 and with 200 languages on offer, against langcodes; and the import of `locales`.

Twenty headers of real browsers, 2.4 ranges each, and from their parts some hundreds that nobody has sent before. Each round
measures everything once, on one core; answers are checked before. Of a time the least round counts: a shared machine only adds.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product

from bench.machine import TOP, BenchFault, cores, pinned
from bench.report import Budget, Line, least_line, ratio_line, ratios

WARM = Budget("match/warm-us", 0.25, digits=3)
BUDGETS: Mapping[str, Budget] = {
    "warm": WARM,
    "new-20": Budget("match/new-20-us", 6.0),
    "new-200": Budget("match/new-200-us", 9.0),
    "unseen-20": Budget("match/unseen-20-us", 60.0, digits=1),
    "unseen-200": Budget("match/unseen-200-us", 60.0, digits=1),
}
GROWTH = Budget("match/200-over-20", 1.5)
LANGCODES = Budget("match/langcodes", 4.0, least=True)
IMPORT_TIME = Budget("import/locales-ms", 25.0, digits=1)
IMPORT_SIZE = Budget("import/locales-mib", 8.0)

#: What browsers send, and what is chosen of the small offer.
HEADERS: Mapping[str, str | None] = {
    "de-DE,de;q=0.9,en;q=0.8": "de",
    "en-US,en;q=0.9": "en",
    "en-GB,en;q=0.5": "en-GB",
    "en-AU,en;q=0.9": "en-GB",
    "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7": "zh-Hant",
    "zh-CN,zh;q=0.9": "zh",
    "es-MX,es;q=0.9,en;q=0.8": "es-419",
    "es-ES,es;q=0.9": "es",
    "pt-AO,pt;q=0.9": "pt-PT",
    "pt-BR,pt;q=0.9,en;q=0.8": "pt-BR",
    "iw,en;q=0.5": "he",
    "fr-CA,fr;q=0.8,en;q=0.5": "fr",
    "ja": "ja",
    "ko-KR,ko;q=0.9": "ko",
    "ru-RU,ru;q=0.9,en-US;q=0.8": "ru",
    "nl-BE,nl;q=0.8": "nl",
    "nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7": "no",
    "ca-ES,ca;q=0.9": "es",
    "tr-TR,tr;q=0.9": "tr",
    "gsw": "de",
}
SMALL = (
    "en",
    "en-GB",
    "de",
    "fr",
    "es",
    "es-419",
    "pt-BR",
    "pt-PT",
    "it",
    "nl",
    "sv",
    "no",
    "pl",
    "ru",
    "ja",
    "ko",
    "zh",
    "zh-Hant",
    "he",
    "tr",
)
REGIONAL = {
    "en": ["US", "AU", "CA", "IN", "NZ", "IE", "ZA", "SG", "KE", "NG"],
    "es": ["ES", "MX", "AR", "CO", "CL", "PE", "US", "VE"],
    "fr": ["FR", "CA", "BE", "CH", "SN"],
    "de": ["DE", "AT", "CH"],
    "ar": ["EG", "SA", "MA", "AE"],
    "pt": ["AO", "MZ"],
    "zh": ["HK", "SG", "MO"],
}
WARM_TURNS, UNSEEN_TURNS = 50, 4


def measure(rounds: int) -> Iterator[Line]:
    """Nine lines. Raises BenchFault where an answer is wrong or langcodes is missing."""
    _check_answers()
    with pinned(cores()[1]):
        found = [_round(number) for number in range(rounds)]
    for name, budget in BUDGETS.items():
        yield least_line(budget, [one[name] for one in found])
    yield ratio_line(GROWTH, ratios(found, "new-200", "new-20"))
    yield ratio_line(LANGCODES, ratios(found, "langcodes", "new-20"))
    yield from _imports(rounds)


def large() -> tuple[str, ...]:
    """Two hundred languages: the small offer, regional ones, and further languages of CLDR in their order."""
    from locales import cldr

    tags = [f"{language}-{region}" for language, regions in REGIONAL.items() for region in regions]
    more = [tag for tag in cldr.table("likely") if tag.isalpha() and len(tag) == 2]
    return tuple(dict.fromkeys((*SMALL, *tags, *more)))[:200]


def new_headers() -> list[str]:
    """The first part of one header before the rest of another: none has been seen, each part has been."""
    split = [header.partition(",") for header in HEADERS]
    made = [f"{one}{comma}{rest}" for (one, _, _), (_, comma, rest) in product(split, split)]
    return [header for header in dict.fromkeys(made) if header not in HEADERS]


def unseen_headers(number: int) -> list[str]:
    """Headers of ranges that no lower number has: the languages of the twenty, each time with the next of all regions."""
    from locales import cldr

    regions = [code for code in cldr.table("territories") if len(code) == 2]
    named = [[part.partition(";")[0].partition("-")[0] for part in header.split(",")] for header in HEADERS]
    times = Counter(chain.from_iterable(named))
    used = {name: number * count for name, count in times.items()}
    made = []
    for names in named:
        parts = []
        for place, name in enumerate(names):
            parts.append(f"{name}-{regions[used[name] % len(regions)]};q=0.{9 - place}")
            used[name] += 1
        made.append(",".join(parts))
    return made


def timed(call: Callable[[str], object], values: Sequence[str], turns: int = 1) -> float:
    """µs of CPU for each of the values, the loop's own cost included; nothing is collected meanwhile."""
    gc.collect()
    gc.disable()
    began = time.process_time_ns()
    for _ in range(turns):
        for value in values:
            call(value)
    spent = time.process_time_ns() - began
    gc.enable()
    return spent / 1000 / turns / len(values)


def _round(number: int) -> dict[str, float]:
    """Matchers are new each round, so that what is new stays new."""
    from locales.matcher import Matcher

    found: dict[str, float] = {}
    for size, offered in ((20, SMALL), (200, large())):
        match = Matcher(offered).match
        for header in HEADERS:
            match(header)
        found[f"new-{size}"] = timed(match, new_headers())
        found["warm"] = max(found.get("warm", 0.0), timed(match, list(HEADERS), WARM_TURNS))
        unseen = [header for turn in range(UNSEEN_TURNS) for header in unseen_headers(number + turn)]
        found[f"unseen-{size}"] = timed(match, unseen)
    found["langcodes"] = _langcodes()
    return found


def _langcodes() -> float:
    """The first wish that langcodes finds something near for, over lists that have been parsed before."""
    closest = _closest()
    wanted = {header: _parsed(header) for header in new_headers()}
    offered = list(SMALL)

    def match(header: str) -> str | None:
        return next((found for tag in wanted[header] if (found := closest(tag, offered))), None)

    for header in wanted:
        match(header)
    return timed(match, list(wanted))


def _closest() -> Callable[[str, list[str]], str | None]:
    try:
        from langcodes import closest_supported_match
    except ImportError as error:
        raise BenchFault("langcodes is missing (requirements/test.lock has it)") from error
    return closest_supported_match


def _parsed(header: str) -> list[str]:
    from locales.ranges import LanguageRanges

    return list(LanguageRanges.from_header(header).wanted)


def _check_answers() -> None:
    from locales.matcher import Matcher

    if len(SMALL) != 20 or len(large()) != 200:
        raise BenchFault("the offers are not of 20 and 200 languages")
    matcher = Matcher(SMALL)
    for header, expected in HEADERS.items():
        match = matcher.match(header)
        if (match and match.best) != expected:
            raise BenchFault(f"{header}: {match} instead of {expected}")


#: The modules of `locales` that a server has imported before its first answer; then all that they bring.
_LIST = "import sys, edge.front; print(*(name for name in sys.modules if name.split('.')[0] == 'locales'), sep=',')"

#: Python itself is not counted: what the standard library gives is there before the clock starts.
_IMPORT = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2].split(","):
    __import__(name)
def pages():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
before, began = pages(), time.process_time_ns()
for name in sys.argv[3].split(","):
    __import__(name)
spent, after = time.process_time_ns() - began, pages()
print(json.dumps([spent / 1e6, (after - before) * 4 / 1024, list(sys.modules)]))
"""


def _imports(rounds: int) -> Iterator[Line]:
    """CPU and memory of a process of its own, with compiled modules. What other packages bring with it is counted."""
    with tempfile.TemporaryDirectory() as compiled, pinned(cores()[1]):
        env = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        modules = _run(env, _LIST).strip()
        brought = _imported(env, ["sys"], modules)[2]
        standard = [
            name for name in brought if name.partition(".")[0] in sys.stdlib_module_names and name != "__main__"
        ]
        found = [_imported(env, standard, modules) for _ in range(rounds + 5)]
        whole = min(_imported(env, ["sys"], modules)[0] for _ in range(rounds))
    note = f"; {whole:.1f} with the standard library; {modules.count(',') + 1} modules"
    yield least_line(IMPORT_TIME, [time_ for time_, _, _ in found], note)
    yield least_line(IMPORT_SIZE, [size for _, size, _ in found])


def _imported(env: Mapping[str, str], first: Iterable[str], modules: str) -> tuple[float, float, list[str]]:
    spent, size, names = json.loads(_run(env, _IMPORT, str(TOP), ",".join(first), modules))
    return spent, size, names


def _run(env: Mapping[str, str], code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=TOP, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchFault(f"locales cannot be imported: {done.stderr}")
    return done.stdout

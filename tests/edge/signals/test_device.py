"""Class of device and system. The cases of tests/cases/devices.json."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.agents import user_agent
from edge.signals.audience import Audience
from edge.signals.device import NO_HINTS, Device, Hints, by_whole, classify, read_device
from edge.signals.hops import Hop
from edge.signals.proxies import Client, parse_proxies
from edge.signals.tokens import ASK, class_finder
from edge.signals.useragents import judge
from rules.inputs import DEVICES

CASES = json.loads((Path(__file__).parents[2] / "cases" / "devices.json").read_text("utf-8"))["cases"]
FIRE_TV = b"Mozilla/5.0 (Linux; Android 9; AFTS) AppleWebKit/537.36 (KHTML, like Gecko) Silk/98.6 like Chrome/98.0 Safari/537.36"
NOBODY = Client()


def hop_of(**table: Any) -> Hop:
    return parse_proxies([{"from": ["10.0.0.1"], **table}], lambda entry, key: 1, "site.toml")[0][0]


def raw(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_device_is_told_by_what_it_sends(case: dict[str, Any]) -> None:
    hints = case.get("hints", {})
    given_hints = Hints(*(raw(hints.get(name)) for name in ("form-factors", "mobile", "platform")))
    assert classify(raw(case["user_agent"]), given_hints) == Device(case["device"], case["os"])


#: Answers that are better than the rules' own: they want `Mobile Safari` in one piece, `Linux` beside `X11`, and know no KaiOS.
BETTER = {"Android, DuckDuckGo splits Mobile from Safari", "FreeBSD", "KaiOS", "HarmonyOS", "Opera Mini on Android"}


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["user_agent"] and "hints" not in case], ids=lambda case: case["name"]
)
def test_plain_user_agents_are_answered_as_the_rules_of_user_agents_would(case: dict[str, Any]) -> None:
    found = class_finder()(case["user_agent"])
    if found in ("phone", "tablet", "desktop") and case["name"] not in BETTER:
        assert judge(case["user_agent"])[0] == found
    assert found in (*DEVICES, ASK, None)


PLATFORM = st.lists(
    st.sampled_from(
        ["Linux", "Android 14", "K", "SM-X910", "AFTKA", "BRAVIA 4K", "Android TV", "KFTRWI", "iPhone", "iPad", "Windows NT 10.0",
         "Macintosh", "X11",
         "PlayStation 5/1.2", "compatible", "Tizen 6", "rv:109.0", "CrOS x86_64 1", "Mobile", "http", "@", "TV"]
    ),
    max_size=5,
).map("; ".join)  # fmt: skip
PRODUCT = st.sampled_from(
    ["Chrome/124.0.0.0", "Version/17.5", "Mobile/15E148", "Mobile", "Safari/604.1", "Firefox/126.0", "Edg/1.2", "TV", "Silk/98.6",
     "AppleWebKit/605.1.15 (KHTML, like Gecko)", "Gecko/2010", "SamsungBrowser/23.0",
     "Instagram 309.1.1.28 (iPhone15,2; iOS 17_0_3; en_US; en; scale=3.00; 1179x2556; 537288535)",
     "Instagram 309.1 (iPhone15,2; iOS 17_0; scale=3.00)", "Instagram 9.1 (iPhone15,2; iOS 17_0; en_TV; en; scale=3.00)",
     "Instagram 9.1 (iPhone15,2; iOS 17_0; tv_US; tv; scale=3.00)"]
)  # fmt: skip


def says_the_same_by_its_whole(agent: bytes) -> bool:
    every = (NO_HINTS, Hints(mobile=b"?0", platform=b'"Linux"'), Hints(mobile=b"?1;a", platform=b"Android"))
    return all(classify(agent, hints) == by_whole(agent, hints) for hints in every)


@given(PLATFORM, st.lists(PRODUCT, max_size=6))
def test_the_usual_form_of_a_browser_says_what_the_whole_says(platform: str, products: list[str]) -> None:
    assert says_the_same_by_its_whole(" ".join((f"Mozilla/5.0 ({platform})", *products)).encode())


SYSTEM = st.sampled_from(
    ["Linux; Android", "Linux; U; Android", "iPhone; CPU iPhone OS", "iPad; CPU OS", "Macintosh; Intel Mac OS X",
     "X11; CrOS x86_64"]
)  # fmt: skip
#: What follows a version: nothing that could go on from it, and tokens that come right behind.
BEHIND = st.sampled_from(
    ["", "; K", " like Mac OS X", "; rv:126.0", "TV", " TV", ";TV", "; TV", "stb", " stb", "bot", "AFTS", ";AFTS",
     "; AFTS Build/PS7", " KFTRWI", "; SM-R890", " glass 1", "; Quest 2", "; TPM171E", "; Web0S", " site24x7"]
)  # fmt: skip


@example("Linux; Android", "9.", "AFTS", ["Chrome/124.0.0.0"])
@given(SYSTEM, st.from_regex(r"[0-9][0-9._]{0,6}", fullmatch=True), BEHIND, st.lists(PRODUCT, max_size=4))
def test_the_version_of_a_system_tells_nothing(system: str, version: str, behind: str, products: list[str]) -> None:
    assert says_the_same_by_its_whole(" ".join((f"Mozilla/5.0 ({system} {version}{behind})", *products)).encode())


def test_user_agents_as_they_come_are_told_the_same_by_their_whole() -> None:
    rng = random.Random(5)
    for _ in range(3000):
        agent = user_agent(rng)
        assert says_the_same_by_its_whole(agent.encode()), agent


def test_a_hop_comes_before_all_else() -> None:
    headers = {b"x-device": b"Phone", b"x-os": b"Mac OS X", b"user-agent": FIRE_TV}
    hop = hop_of(headers={"device": "X-Device", "os": "X-OS"})
    assert read_device(Client(via=(hop,)), headers) == Device("phone", "macos")
    assert read_device(NOBODY, headers) == Device("tv", "fireos")


def test_hints_are_read_from_their_fields() -> None:
    chrome = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"
    headers = {b"user-agent": chrome, b"sec-ch-ua-mobile": b"?0", b"sec-ch-ua-platform": b'"Android"'}
    assert read_device(NOBODY, headers) == Device("tablet", "android")
    assert read_device(NOBODY, {**headers, b"sec-ch-ua-platform": b'"Android' + b" " * 64}) == Device(
        "desktop", "linux"
    )


def test_the_nearest_hop_that_says_something_counts() -> None:
    near, far = hop_of(preset="cloudfront"), hop_of(headers={"device": "X-Device"})
    assert read_device(Client(via=(near, hop_of(), far)), {b"x-device": b"tv"}).device == "tv"


def test_a_hop_that_says_no_class_says_nothing() -> None:
    headers = {b"x-device": b"toaster", b"x-os": b"?", b"user-agent": FIRE_TV}
    hop = hop_of(headers={"device": "X-Device", "os": "X-OS"})
    assert read_device(Client(via=(hop,)), headers) == Device("tv", "fireos")


def test_what_is_known_of_the_audience_comes_first_and_fills_up() -> None:
    assert read_device(NOBODY, {b"user-agent": FIRE_TV}, Audience(device="console")) == Device("console", "fireos")


def test_a_normalised_hop_keeps_the_browser_from_being_read() -> None:
    client = Client(via=(hop_of(normalised=True),))
    assert read_device(client, {b"user-agent": FIRE_TV}, Audience(device="phone")) == Device("phone", None)
    assert read_device(client, {b"user-agent": FIRE_TV}) == Device()


def test_an_overlong_user_agent_is_absent() -> None:
    assert read_device(NOBODY, {b"user-agent": FIRE_TV + b" " * 500}) == Device()


@given(st.binary(max_size=512), st.sampled_from([None, b"?1", b"?0", b'"']))
def test_nothing_makes_it_raise(agent: bytes, mobile: bytes | None) -> None:
    found = classify(agent, Hints(mobile=mobile))
    assert found.device is None or found.device in DEVICES


def test_the_first_user_agent_loads_neither_the_old_parser_nor_what_it_compiles() -> None:
    program = (
        "import sys\n"
        "from edge.signals.device import classify\n"
        "assert 'user_agents' not in sys.modules and 'ua_parser_rs' not in sys.modules\n"
        "assert classify(b'Opera/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en)').device == 'phone'\n"
        "assert 'user_agents' in sys.modules\n"
        "assert 'ua_parser.user_agent_parser' not in sys.modules\n"
        "assert 'ua_parser_builtins.regexes' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])

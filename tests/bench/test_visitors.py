"""The visitors that are measured: enough of them, all different, the same in every run."""

from __future__ import annotations

import random

import iptocc

from bench.agents import user_agent
from bench.hostile import hostile
from bench.visitors import addresses_in, realistic


def test_three_thousand_realistic_visitors_differ_in_user_agent_and_address() -> None:
    visitors = realistic(3000)
    assert len({visitor.field(b"user-agent") for visitor in visitors}) == 3000
    assert len({visitor.field(b"x-forwarded-for") for visitor in visitors}) == 3000


def test_the_same_seed_gives_the_same_visitors() -> None:
    assert realistic(50) == realistic(50) != realistic(50, seed=9)
    assert hostile(50) == hostile(50) != hostile(50, seed=9)


def test_hostile_requests_pass_every_limit_somewhere() -> None:
    visitors = hostile(1000)
    assert max(len(visitor.field(b"user-agent")) for visitor in visitors) > 512
    assert max(visitor.field(b"accept-language").count(b",") for visitor in visitors) >= 32
    assert max(visitor.field(b"x-forwarded-for").count(b",") for visitor in visitors) > 20
    assert len({visitor.fields for visitor in visitors}) == 1000


def test_no_field_holds_what_a_server_would_refuse() -> None:
    for visitor in [*realistic(200), *hostile(500)]:
        for name, value in visitor.fields:
            assert name == name.lower()
            assert not set(value) & {0, 10, 13}


def test_user_agents_leave_no_brace_behind() -> None:
    rng = random.Random(1)
    assert not any({"{", "}"} & set(user_agent(rng)) for _ in range(500))


def test_addresses_lie_where_they_are_said_to_lie() -> None:
    found = addresses_in(["DE", "ES"], 3, random.Random(1))
    assert {country: {iptocc.country_code(one) for one in of} for country, of in found.items()} == {
        "DE": {"DE"},
        "ES": {"ES"},
    }

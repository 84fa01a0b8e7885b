"""The founding story, from outside: an airline shows its business class to Germany, Spain and France.

Each server tells it as one conversation with one process: the demo as it is, real addresses behind a hop, then without the
airline's rule. What is left when the norms are gone as well is told in process, since norms are shipped with the program.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path

import maxminddb
import pytest

from edge.site import DEMO, Loader, Site
from tests.conftest import BY_THE_CLOCK, require_shared
from tests.edge.folders import NO_RULES, add, demo_folder, publish
from tests.edge.servers import SERVERS, Reply, Service, serving
from tests.edge.sites import demo_site, told, without_norms

pytestmark = BY_THE_CLOCK

FILM = "/v1/items/business-class"
LOOK_UP = "/v1/decide/business-class"
CITIES = "geoip/GeoIP2-City-Test.mmdb"

BERLIN, MADRID, PARIS = "?country=DE", "?country=ES", "?country=FR"
GERMAN, SPANISH, FRENCH = "de-DE,de;q=0.9", "es-ES,es;q=0.9", "fr-FR,fr;q=0.9"


Answer = tuple[str, str, str, str]


@pytest.mark.parametrize("server", SERVERS)
def test_germany_hears_german_and_spain_reads_spanish_under_the_english(server: str, tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    with serving(site, server=server) as service:
        the_airline_shows_its_business_class(service)
        nobody_is_believed_who_is_no_hop(service)
        publish(site / "rules" / "airline.toml", NO_RULES)
        service.until(LOOK_UP + MADRID, lambda reply: reply["isogloss-variant"] == "es-dub")
        without_the_rule_spain_is_dubbed_for_by_norm(service)


@pytest.mark.parametrize("server", SERVERS)
def test_real_addresses_behind_a_hop_tell_the_same_story(server: str, tmp_path: Path) -> None:
    cities = require_shared(CITIES)
    site = demo_folder(tmp_path / "site")
    add(site / "site.toml", f'\n[geo]\ndatabase = "{cities}"\n[[proxies]]\nfrom = ["127.0.0.1"]\n')
    with serving(site, server=server) as service:
        real_addresses_are_where_the_file_says(service, cities)
        what_the_hop_has_seen_counts_and_not_what_the_visitor_says(service, cities)
        no_answer_holds_an_address(service, cities)


def the_airline_shows_its_business_class(service: Service) -> None:
    berlin = service.ask(FILM + BERLIN, Accept_Language=GERMAN).json()
    assert (berlin["variant"]["id"], berlin["variant"]["experience"]) == ("de-dub", "dub")
    assert berlin["variant"]["url"] == "https://media.example/business/de.mp4"
    assert berlin["decision"]["reason"] == "norm"
    assert berlin["decision"]["rule"] == "norm/DE"

    madrid = service.ask(FILM + MADRID, Accept_Language=SPANISH).json()
    assert (madrid["variant"]["id"], madrid["variant"]["experience"]) == ("es-sub", "sub")
    assert (madrid["variant"]["audio"], madrid["variant"]["burned_in"]) == ("en", ["es"])
    assert madrid["variant"]["label"] == "Inglés con subtítulos en español"
    assert madrid["decision"]["reason"] == "rule"
    assert madrid["decision"]["rule"] == "airline/es-original"
    assert madrid["decision"]["why"].startswith("Nuestros viajeros españoles")
    (overrode,) = madrid["decision"]["overrode"]
    assert (overrode["layer"], overrode["rule"], overrode["said"]) == ("norms", "norm/ES", ["dub", "sub"])
    assert overrode["source"]

    paris = service.ask(FILM + PARIS, Accept_Language=FRENCH).json()
    assert (paris["variant"]["id"], paris["decision"]["reason"]) == ("original", "default")

    assert look_up(service, MADRID, SPANISH) == ("es-sub", "rule", "airline/es-original", "norm/ES")
    assert look_up(service, BERLIN, GERMAN) == ("de-dub", "norm", "norm/DE", "")
    assert look_up(service, PARIS, FRENCH) == ("original", "default", "", "")
    assert look_up(service, MADRID, "en-US,en;q=0.9") == ("es-sub", "rule", "airline/es-original", "norm/ES")
    assert look_up(service, BERLIN, SPANISH) == ("es-dub", "norm", "norm/ES", "")


def nobody_is_believed_who_is_no_hop(service: Service) -> None:
    """The tests connect from the loopback address, which has no place, and no field of theirs gives them one."""
    plain = service.ask(LOOK_UP)
    assert plain["isogloss-variant"] == "original"
    forged = (
        {"X_Forwarded_For": "2a02:d180::1"},
        {"X_Forwarded_For": "2a02:d180::1, 127.0.0.1"},
        {"Forwarded": 'for="[2a02:d180::1]"'},
        {"CF_IPCountry": "DE", "CF_Connecting_IP": "2a02:d180::1"},
        {"Isogloss_Context": "country=DE, language=de"},
        {"CloudFront_Viewer_Country": "DE"},
        {"X_Real_IP": "2a02:d180::1"},
    )
    for fields in forged:
        reply = service.ask(LOOK_UP, **fields)
        assert told_by(reply) == told_by(plain), fields
        assert reply["isogloss-key"] == plain["isogloss-key"], fields


def without_the_rule_spain_is_dubbed_for_by_norm(service: Service) -> None:
    assert look_up(service, MADRID, SPANISH) == ("es-dub", "norm", "norm/ES", "")
    assert look_up(service, BERLIN, GERMAN) == ("de-dub", "norm", "norm/DE", "")


def real_addresses_are_where_the_file_says(service: Service, cities: Path) -> None:
    cases: dict[str, Answer] = {
        address_in("DE", cities): ("de-dub", "norm", "norm/DE", ""),
        address_in("ES", cities): ("es-sub", "rule", "airline/es-original", "norm/ES"),
        address_in("FR", cities): NOTHING_USED,
        "81.2.69.160": NOTHING_USED,  # London
        "2a02:d180::": ("de-dub", "norm", "norm/DE", ""),
        f"[{address_in('DE', cities)}]:4711": ("de-dub", "norm", "norm/DE", ""),
    }
    for address, answer in cases.items():
        assert told_by(service.ask(LOOK_UP, X_Forwarded_For=address)) == answer, address
    # The London address needs the file as well: what is said of it is not what is said of somebody who is nowhere.
    assert "country=" not in service.ask(LOOK_UP)["isogloss-key"]
    london = service.ask("/v1/decide/for-travellers", X_Forwarded_For="81.2.69.160")
    assert london["isogloss-variant"] == "en"


def what_the_hop_has_seen_counts_and_not_what_the_visitor_says(service: Service, cities: Path) -> None:
    germany, spain = address_in("DE", cities), address_in("ES", cities)
    by_norm = ("de-dub", "norm", "norm/DE", "")
    # What the visitor invents stands to the left of the address that the hop has seen.
    assert told_by(service.ask(LOOK_UP, X_Forwarded_For=f"{spain}, {germany}")) == by_norm
    assert told_by(service.ask(LOOK_UP, X_Forwarded_For=f"127.0.0.1, {spain}, {germany}, 127.0.0.1")) == by_norm
    # An entry that is no address ends the walk: the place is unknown, and not that of what stands left of it.
    assert told_by(service.ask(LOOK_UP, X_Forwarded_For=f"{germany}, not-an-address")) == NOTHING_USED
    # The hop is no Cloudflare.
    assert told_by(service.ask(LOOK_UP, X_Forwarded_For=germany, CF_IPCountry="ES", CF_Connecting_IP=spain)) == by_norm


def no_answer_holds_an_address(service: Service, cities: Path) -> None:
    spain = address_in("ES", cities)
    manifest = service.ask(FILM, X_Forwarded_For=spain, Accept_Language=SPANISH)
    assert manifest.json()["variant"]["id"] == "es-sub"
    assert spain not in manifest.body.decode() + str(manifest.fields)
    assert manifest["cache-control"].startswith("private")  # nobody can key a shared cache on where an address is


def test_without_the_norms_as_well_both_read_subtitles_by_default(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    publish(site / "rules" / "airline.toml", NO_RULES)
    by_norm = Loader(site).load()
    by_default = without_norms(by_norm)
    berlin = {"country": "DE", "accept_language": GERMAN}
    madrid = {"country": "ES", "accept_language": SPANISH}

    assert [answer(by_norm, who) for who in (berlin, madrid)] == [("de-dub", "norm"), ("es-dub", "norm")]
    assert [answer(by_default, who) for who in (berlin, madrid)] == [("de-sub", "default"), ("es-sub", "default")]


def test_without_the_norms_alone_the_rule_of_the_airline_still_holds() -> None:
    site = without_norms(demo_site())
    assert answer(site, {"country": "ES", "accept_language": SPANISH}) == ("es-sub", "rule")
    assert answer(site, {"country": "DE", "accept_language": GERMAN}) == ("de-sub", "default")


def test_the_demo_has_all_five_variants_so_that_the_story_proves_something() -> None:
    variants = demo_site().catalog.items["business-class"].variants
    assert [variant.id for variant in variants] == ["original", "de-dub", "de-sub", "es-dub", "es-sub"]
    assert [one.code for one in Loader(DEMO).load().findings] == ["against-norm"]  # Spain's, which the airline means


#: Somebody who simply understands the original, or of whom nothing is known.
NOTHING_USED: Answer = ("original", "default", "", "")


def look_up(service: Service, query: str, accept_language: str) -> Answer:
    """What a proxy is told of a visitor."""
    return told_by(service.ask(LOOK_UP + query, Accept_Language=accept_language))


def told_by(reply: Reply) -> Answer:
    """Variant, reason, rule and what the rule overrode, as the fields of a look-up say them."""
    assert reply.status == 200
    assert reply.body == b""
    variant, *parameters = reply["isogloss-decision"].split(";")
    assert variant == reply["isogloss-variant"]
    said = {name: value.strip('"') for name, _, value in (parameter.partition("=") for parameter in parameters)}
    return variant, said["reason"], said.get("rule", ""), said.get("overrode", "")


def address_in(country: str, cities: Path) -> str:
    """The first address that the file has in a country."""
    with maxminddb.open_database(cities) as database:
        for network, record in database:
            if isinstance(record, dict) and (record.get("country") or {}).get("iso_code") == country:
                return str(ipaddress.ip_network(network)[0])
    raise AssertionError(f"no address of {country} in {cities.name}")


def answer(site: Site, who: dict[str, str]) -> tuple[str, str]:
    """Variant and reason for somebody described by name."""
    found = told(site, "business-class", who)
    return found["variant"], found["reason"]

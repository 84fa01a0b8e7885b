"""The facts of the golden table, by hand: which languages a place has, where a language is at home, how it is written.

They come from constitutions and from CLDR's table of territories, read by a person. Nothing here is taken from the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Place → languages, most used first; a star before them: ambiguous. What counts with them stands in brackets. Why.
PLACES = """
DE     | de (gsw)            | Basic usage; one official language
AT     | de (gsw)            | Federal Constitutional Law art. 8
LI     | de (gsw)            | Constitution of Liechtenstein art. 6
ES     | es                  | Constitution of Spain art. 3; the others are official in their regions only
ES-CT  | es ca oc            | Statute of Catalonia art. 6; more people use Spanish habitually
ES-PV  | es eu               | Statute of the Basque Country art. 6
ES-GA  | es gl               | Statute of Galicia art. 5
ES-VC  | es ca               | Statute of the Valencian Community art. 6
ES-IB  | es ca               | Statute of the Balearic Islands art. 4
FR     | fr                  | Constitution of France art. 2
IT     | it                  | Law 482/1999 art. 1
IT-BZ  | de it lld           | Statute of Trentino-Alto Adige art. 99; the German group is the largest
PT     | pt-PT               | Constitution of Portugal art. 11
BR     | pt                  | Constitution of Brazil art. 13
MX     | es-MX               | de facto
AR     | es-AR               | de facto
CO     | es-CO               | Constitution of Colombia art. 10
GB     | en-GB               | de facto
GB-WLS | en-GB cy            | Welsh Language (Wales) Measure 2011
IE     | en-IE ga            | Constitution of Ireland art. 8; more people speak English
US     | en                  | de facto
US-PR  | es-US en            | Law 1 of 1993 of Puerto Rico
CA     | *en fr              | two official languages, each at home in its provinces
CA-QC  | fr en               | Charter of the French language
CA-NB  | en fr               | Official Languages Act of New Brunswick
CA-ON  | en fr               | English by usage, French by federal law
NL     | nl                  | de facto
NL-FR  | nl fy               | Wet gebruik Friese taal
BE     | *nl fr de           | three official languages, each with its area
BE-VLG | nl                  | the Dutch area
BE-WAL | fr de               | the French area, and the German one within it
BE-BRU | fr nl               | the bilingual area
LU     | *fr lb de           | Law of 1984; shares 92, 67, 63
CH     | *de fr it (gsw)     | Federal Constitution art. 70; rm is for dealings with its speakers
CH-ZH  | de (gsw)            | Constitution of Zurich art. 48
CH-GE  | fr                  | Constitution of Geneva art. 5
CH-TI  | it                  | Constitution of Ticino art. 1
CH-BE  | de fr (gsw)         | Constitution of Bern art. 6
CH-FR  | fr de (gsw)         | Constitution of Fribourg art. 6
CH-VS  | fr de (gsw)         | Constitution of Valais art. 12
CH-GR  | de rm it (gsw)      | Constitution of Grisons art. 3
SE     | sv                  | Language Act 2009
NO     | nb nn (no)          | Language Act 2021, two written forms
DK     | da                  | de facto
FI     | fi sv               | Constitution of Finland section 17; 94 and 44 per cent
FI-01  | sv                  | Act on the Autonomy of Åland section 36
IS     | is                  | Act 61/2011
PL     | pl                  | Constitution of Poland art. 27
CZ     | cs                  | de facto
SK     | sk                  | Constitution of Slovakia art. 6
HU     | hu                  | Fundamental Law art. H
RO     | ro                  | Constitution of Romania art. 13
MD     | ro                  | Constitution of Moldova art. 13
MD-GA  | ro gag ru           | Law 344 of 1994
BG     | bg                  | Constitution of Bulgaria art. 3
GR     | el                  | de facto
SI     | sl                  | Constitution of Slovenia art. 11
HR     | hr                  | Constitution of Croatia art. 12
RS     | sr                  | Constitution of Serbia art. 10
BA     | bs bs-Cyrl sr (hr)  | three official languages; Croatian counts with Bosnian, and the data says that it is not ambiguous
BA-SRP | sr bs (hr)          | Constitution of Republika Srpska art. 7
UA     | uk                  | Constitution of Ukraine art. 10: Ukrainian alone, Russian never by place
RU     | ru                  | Constitution of Russia art. 68
BY     | ru be               | Constitution of Belarus art. 17; 71 and 26 per cent
KZ     | *ru kk              | Constitution of Kazakhstan art. 7; 72 and 64 per cent
GE     | ka                  | Constitution of Georgia art. 2
TR     | tr                  | Constitution of Turkey art. 3
IL     | he ar               | Hebrew first; Arabic has a fifth of its speakers
IR     | fa                  | Constitution of Iran art. 15
EG     | ar                  | Constitution of Egypt art. 2
MA     | *ar-MA fr tzm       | 62, 36 and 10 per cent, French de facto
IQ     | ar ckb              | Constitution of Iraq art. 4; 68 and 12 per cent
SA     | ar                  | Basic Law of Saudi Arabia art. 1
AE     | ar                  | Constitution of the Emirates art. 7
IN     | *hi en-IN           | two of the Union, others of the states
IN-TN  | ta en-IN            | Tamil Nadu Official Language Act
IN-WB  | bn en-IN            | West Bengal Official Language Act
IN-MH  | mr en-IN            | Maharashtra Official Languages Act
IN-KA  | kn en-IN            | Karnataka Official Language Act
IN-KL  | ml en-IN            | Kerala Official Languages Act
IN-DL  | hi en-IN pa ur      | Delhi Official Language Act 2000
IN-PB  | pa en-IN            | Punjab Official Languages Act
IN-GJ  | gu hi en-IN         | Gujarat Official Languages Act
IN-TS  | te en-IN ur         | Telangana, Urdu second
IN-AP  | te en-IN            | Andhra Pradesh Official Language Act
IN-UP  | hi en-IN ur         | Uttar Pradesh Official Language Act
JP     | ja                  | de facto
KR     | ko                  | Framework Act on Korean Language
CN     | zh                  | Law on the Standard Spoken and Written Chinese Language
HK     | *zh-HK en-HK        | Basic Law art. 9; 95 and 51 per cent
MO     | zh-MO pt-MO         | Basic Law art. 9; 98 and 2 per cent
TW     | zh-TW               | de facto
SG     | *en-SG zh ms ta     | Constitution of Singapore art. 153A; 93, 77 per cent
TH     | th                  | de facto
VN     | vi                  | Constitution of Vietnam art. 5
ID     | id                  | Constitution of Indonesia art. 36
PH     | *en fil             | Constitution of the Philippines art. XIV; 64 and 60 per cent
ZA     | en-ZA               | English is what all share
AU     | en-AU               | de facto
NG     | en-NG yo            | English of the state, Yoruba of its region's legislature
"""

#: Where a language of these tags is at home: the region's country if it is official there, else likely subtags.
HOMES = (
    "de DE, es ES, es-MX MX, es-AR AR, es-CO CO, es-US ES, fr FR, fr-CA CA, it IT, pt BR, pt-BR BR, pt-PT PT, pt-MO MO, en US,"
    " en-US US, en-GB GB, en-IE IE, en-IN IN, en-HK HK, en-SG SG, en-ZA ZA, en-AU AU, en-NG NG, nl NL, fy NL, lb LU, gsw CH,"
    " rm CH, lld IT, sv SE, nb NO, nn NO, no NO, da DK, fi FI, is IS, pl PL, cs CZ, sk SK, hu HU, ro RO, gag MD, bg BG, el GR,"
    " sl SI, hr HR, sr RS, bs BA, bs-Cyrl BA, uk UA, ru RU, be BY, kk KZ, ka GE, tr TR, he IL, ar EG, ar-MA MA, tzm MA, fa IR,"
    " hi IN, ta IN, bn BD, mr IN, kn IN, ml IN, pa IN, gu IN, te IN, ur PK, ja JP, ko KR, zh CN, zh-CN CN, zh-HK HK, zh-MO MO,"
    " zh-TW TW, yue HK, ms MY, th TH, vi VN, id ID, fil PH, ca ES, eu ES, gl ES, oc FR, ckb IQ, cy GB, ga IE, yo NG, az AZ, ku TR"
)

SCRIPTS = (
    "sr Cyrl, bs-Cyrl Cyrl, uk Cyrl, ru Cyrl, be Cyrl, kk Cyrl, bg Cyrl, ka Geor, he Hebr, ar Arab, fa Arab, ckb Arab, ur Arab,"
    " hi Deva, mr Deva, ta Taml, bn Beng, kn Knda, ml Mlym, pa Guru, gu Gujr, te Telu, ja Jpan, ko Kore, zh Hans, zh-CN Hans,"
    " zh-HK Hant, zh-MO Hant, zh-TW Hant, zh-Hant Hant, zh-Hans Hans, yue Hant, th Thai, el Grek"
)

#: Regions of tags that name none, where rank depends on it.
REGIONS = "es ES, pt BR, en US, fr FR, de DE, zh-Hant TW, zh-Hans CN, zh CN, yue HK, ar EG, fa IR"


def facts() -> dict[str, Any]:
    def pairs(text: str) -> dict[str, str]:
        return dict(pair.split() for pair in text.split(", ") for pair in [pair.strip()])

    return {"places": dict(_places()), "homes": pairs(HOMES), "scripts": pairs(SCRIPTS), "regions": pairs(REGIONS)}


def _places() -> Iterator[tuple[str, dict[str, Any]]]:
    for line in PLACES.strip().splitlines():
        place, languages, why = (part.strip() for part in line.split("|"))
        spoken, _, near = languages.removeprefix("*").rstrip(")").partition("(")
        row: dict[str, Any] = {"languages": spoken.split(), "ambiguous": languages.startswith("*"), "why": why}
        yield place, {**row, "with": near.split()} if near else row

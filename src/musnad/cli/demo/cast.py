"""Who plays: the demo's States with their authorities and officers, and the plan that a node is created from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musnad.adapters.treaty_files import load_treaty
from musnad.core.kernel.names import Slug

Cast = Mapping[str, Sequence[str]]
"""Who plays: each Party with the offices that it has authorities for; every office is also a role of the treaty's."""

STAMPS_TRUST = "trust/stamps.pem"
"""Where in a node's folder the certificate of its stamp authority stands."""
CONTACT, CENTRAL = "contact-24-7", "central-authority"
PARTIES: Cast = {"VN": (CONTACT, CENTRAL), "QA": (CONTACT, CENTRAL)}
"""The usual two."""


@dataclass(frozen=True, slots=True)
class State:
    """A State of the demo: its names, its time zone, an officer's pseudonym for each office, and those of a second
    officer, whom every office has for what one alone may not do, and a third: two others vouch for one's passkey."""

    names: Mapping[str, str]
    zone: str
    officers: Mapping[str, str]
    second: str
    third: str


STATES: Mapping[str, State] = {
    "VN": State(
        {"en": "Viet Nam", "ar": "فييت نام"},
        "Asia/Ho_Chi_Minh",
        {
            CONTACT: "lotus",
            CENTRAL: "bamboo",
            "law-enforcement": "heron",
            "judicial-authority": "jade",
            "extradition-authority": "orchid",
        },
        "bulbul",
        "egret",
    ),
    "QA": State(
        {"en": "Qatar", "ar": "قطر"},
        "Asia/Qatar",
        {
            CONTACT: "pearl",
            CENTRAL: "falcon",
            "law-enforcement": "dune",
            "judicial-authority": "oryx",
            "extradition-authority": "dhow",
        },
        "saker",
        "houbara",
    ),
    "EG": State(
        {"en": "Egypt", "ar": "مصر"},
        "Africa/Cairo",
        {
            CONTACT: "papyrus",
            CENTRAL: "ibis",
            "law-enforcement": "reed",
            "judicial-authority": "scarab",
            "extradition-authority": "felucca",
        },
        "hoopoe",
        "kite",
    ),
}
AUTHORITY_NAMES = {
    CONTACT: {"en": "24/7 point of contact", "ar": "جهة الاتصال العاملة على مدار الساعة"},
    CENTRAL: {"en": "Central authority", "ar": "السلطة المركزية"},
    "law-enforcement": {"en": "Law enforcement authority", "ar": "سلطة إنفاذ القانون"},
    "judicial-authority": {"en": "Judicial authority", "ar": "السلطة القضائية"},
    "extradition-authority": {"en": "Extradition authority", "ar": "سلطة تسليم المجرمين"},
}


def plan_of(
    party: str,
    directory_port: int,
    gate_port: int,
    desk_port: int,
    *,
    offices: Sequence[str] = (CONTACT, CENTRAL),
    stamps: str | None = None,
) -> str:
    """The plan that a Party's node is created from; ``stamps`` is where its stamp authority listens."""
    state = STATES[party]
    lines = [
        f"names = {_inline(state.names)}",
        f'time_zone = "{state.zone}"',
        "[configuration]",
        f'party = "{party}"',
        "exercise = true",
        f'gate = {{ url = "https://127.0.0.1:{gate_port}", listen = "127.0.0.1:{gate_port}" }}',
        f'desk = {{ listen = "127.0.0.1:{desk_port}" }}',
        f'directory = {{ url = "https://127.0.0.1:{directory_port}" }}',
        "worker = { pause_seconds = 0.1, checkpoint_seconds = 1, directory_seconds = 3, back_off_limit_seconds = 5 }",
    ]
    if stamps is not None:
        source = f'{{ url = "http://{stamps}/", trust = "{STAMPS_TRUST}" }}'
        lines.append(f"stamps = {{ every_seconds = 2, authorities = [{source}] }}")
    for office in offices:
        lines += [
            "[[authorities]]",
            f'id = "{party}/{office}"',
            f'roles = ["{office}"]',
            f"names = {_inline(AUTHORITY_NAMES[office])}",
            'languages = ["ar", "en"]',
            f"measures = {json.dumps(_measures_of(office))}",
            f'officers = ["{state.officers[office]}", "{state.second}", "{state.third}"]',
        ]
    return "\n".join(lines) + "\n"


def _measures_of(office: str) -> list[str]:
    """What an authority of that role may be asked for, by the treaty data."""
    return [name for name, measure in load_treaty().measures.items() if Slug(office) in measure.addressees.roles]


def _inline(names: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f'{language} = "{name}"' for language, name in names.items()) + " }"

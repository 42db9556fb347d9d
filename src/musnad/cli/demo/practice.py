"""What ``musnad demo --serve`` leaves for a newcomer: people at every desk, and an emergency that nobody answered yet.

Every desk is asked by another State of the stage; the request came a moment ago, waits at the head of the inbox, and
begins to ring by the clock of emergencies. It is an exercise like everything here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.links import make_link
from musnad.cli.demo.cast import CONTACT, STATES
from musnad.cli.demo.play import BASIS, BASIS_NOTE, Fields
from musnad.cli.demo.stage import Stage
from musnad.language import gettext as _
from musnad.language import mark
from musnad.node.configuration import read_configuration

EMERGENCY = "data-for-emergency"
WORKING = ("duty-officer", "lawyer", "examiner", "approver")


@dataclass(frozen=True, slots=True)
class Link:
    """Into a desk, once: for whom, and where."""

    what: str
    address: str


@dataclass(frozen=True, slots=True)
class _Player:
    """Somebody beside the first person of a desk; ``signs`` as the second officer of every authority."""

    name: str
    what: str
    roles: tuple[str, ...]
    signs: bool = False


DUTY = mark("the officer on duty, under the first pseudonym of each authority")
PLAYERS = (
    _Player("second", mark("a second officer, for what needs two"), WORKING, signs=True),
    _Player("overseer", mark("an overseer, who sees everything and changes nothing"), ("overseer",)),
    _Player("administrator", mark("an administrator, who sees no case"), ("administrator",)),
)


def links_into(stage: Stage, party: str) -> list[Link]:
    """People for a desk, each with a link that opens in the stage's language."""
    node, offices = stage.node(party), stage.parties[party]
    address = read_configuration(node).desk.address
    found = [Link(_(DUTY), f"{address}{make_link(node, system_entropy)}")]
    for one in PLAYERS:
        officers = [f"{party}/{office}/{STATES[party].second}" for office in offices] if one.signs else []
        given = [part for role in one.roles for part in ("--role", role)]
        given += [part for officer in officers for part in ("--officer", officer)]
        made = stage.command("people", "add", one.name, "--node", str(node), "--shown", _(one.what), *given)
        found.append(Link(_(one.what), str(made["desk"])))
    return [Link(one.what, f"{one.address}?language={stage.language}") for one in found]


def leave_emergencies(stage: Stage) -> None:
    """One to every desk that has a point of contact, from the Party before it."""
    asked = [party for party, offices in stage.parties.items() if CONTACT in offices]
    if len(asked) < 2:
        return
    place = stage.folder / "practice.json"
    place.write_text(json.dumps(FIELDS[stage.language], ensure_ascii=False, indent=1), "utf-8")
    for asker, party in zip((asked[-1], *asked), asked, strict=False):
        author = f"{asker}/{CONTACT}"
        stage.command(
            *("ask", "--node", str(stage.node(asker)), "--author", author, "--to", f"{party}/{CONTACT}"),
            *("--measure", EMERGENCY, "--fields", str(place), "--officer", str(stage.officer(author))),
            *("--basis", BASIS, "--basis-note", BASIS_NOTE[stage.language]),
        )


_ACCOUNT = [{"type": "account", "value": "dawn-2214"}]
FIELDS: Fields = {
    "en": {
        "urgency": "emergency",
        "urgency-reasons": "The threat is for this morning.",
        "person-at-risk": "A woman of 26. An hour ago the account announced, with a picture of her door, that she will "
        "be killed before sunrise. Who holds the account tells where to look for him.",
        "data-sought": "Name, telephone and last address of the holder of the account; nothing else.",
        "data-categories": ["subscriber", "traffic"],
        "justification": "An ordinary request takes weeks; the police have hours.",
        "identifiers": _ACCOUNT,
        "holder": "A messaging provider in your capital",
        "authenticity-contact": {
            "name": "Officer swift",
            "function": "Duty prosecutor",
            "reach": "duty@prosecution.example",
        },
    },
    "ar": {
        "urgency": "emergency",
        "urgency-reasons": "موعد التهديد صباح اليوم.",
        "person-at-risk": "امرأة في السادسة والعشرين. أعلن صاحب الحساب قبل ساعة، مع صورة باب بيتها، أنه سيقتلها قبل "
        "شروق الشمس. ومعرفة صاحب الحساب تدل على مكانه.",
        "data-sought": "اسم صاحب الحساب ورقم هاتفه وآخر عنوان اتصل منه، ولا شيء غير ذلك.",
        "data-categories": ["subscriber", "traffic"],
        "justification": "يستغرق الطلب العادي أسابيع، وليس أمام الشرطة إلا ساعات.",
        "identifiers": _ACCOUNT,
        "holder": "مقدِّم خدمة مراسلة في عاصمتكم",
        "authenticity-contact": {
            "name": "الموظف «سنونو»",
            "function": "وكيل النيابة المناوب",
            "reach": "duty@prosecution.example",
        },
    },
}

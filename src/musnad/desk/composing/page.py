"""Everything that the page of a form shows: who asks whom on what basis, the form, and what pre-flight says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from musnad.core.directory.directory import Directory
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import AuthorityId, PartyCode, Slug, party_of
from musnad.core.preflight.checking import Preflight
from musnad.core.preflight.values import Reason, Weight
from musnad.core.treaty.engine import approval_due
from musnad.core.treaty.values import Measure, SharedApproval, Treaty
from musnad.desk.composing.boxes import Input, Option, Part, parts_of
from musnad.desk.composing.limits import gives, limit_inputs
from musnad.desk.composing.sheet import Sheet
from musnad.desk.composing.values import Read, read_sheet
from musnad.exchange.civil import civil_day, known_zones
from musnad.exchange.ports import Ports
from musnad.exchange.preflight import check_draft, sources_of
from musnad.exchange.reading.house import rule_view
from musnad.exchange.reading.pieces import RuleView
from musnad.language import current
from musnad.language import gettext as _
from musnad.language.preflight_words import WEIGHTS, asked, read_told, remedy_told, told
from musnad.language.tongues import OWN_NAMES
from musnad.people.seat import Seat

SHOWN = (Weight.BLOCKS, Weight.WARNS, Weight.ONLY_IF, Weight.NOT_KNOWN)
_HEADS = {"author": "author", "to": "to", "legal_basis": "basis", "language": "language", "fields": "form"}


@dataclass(frozen=True, slots=True)
class Said:
    """One finding in words. ``target`` is the id of what it is about on the page; empty for the whole."""

    weight: str
    weight_told: str
    topic: str
    text: str
    remedy: str
    target: str
    label: str
    rule: RuleView | None
    read: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A form for one seat. Made anew for every look; judges nothing itself."""

    ports: Ports
    seat: Seat
    exercise: bool
    name: Slug
    sheet: Sheet
    refused: str = field(default="")

    @cached_property
    def treaty(self) -> Treaty:
        """By the chosen basis; the node's own where that treaty has no such measure."""
        found = self.ports.treaties.current(self.sheet.one("basis"))
        return found if self.name in found.measures else self.home

    @cached_property
    def home(self) -> Treaty:
        """The first treaty that has the measure; ``UnknownMeasure`` where none has."""
        own = self.ports.treaties.current()
        if self.name in own.measures:
            return own
        others = (one for one in self.ports.treaties.known().values() if self.name in one.measures)
        return next(others, own)

    @cached_property
    def measure(self) -> Measure:
        return self.treaty.measure(self.name)

    @cached_property
    def read(self) -> Read:
        return read_sheet(self.sheet, self.measure, self.ports.party)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return parts_of(self.treaty, self.measure, self.sheet, self.read)

    @property
    def rule(self) -> RuleView:
        return rule_view(self.measure.rule)

    @property
    def limits(self) -> tuple[Input, ...]:
        """The inputs of the conditions of use, where information is given and nothing asked."""
        return limit_inputs(self.sheet) if gives(self.measure) else ()

    # --- who, whom, on what basis ---

    @property
    def authors(self) -> tuple[Option, ...]:
        ours = [one for one in self.seat.authorities if one in self.ports.keys.hosted]
        return _chosen(self.author, ((one, self._office(one)) for one in ours))

    @cached_property
    def author(self) -> str:
        """Who asks: as chosen, else the first of the seat's authorities that has a role for it."""
        if self.sheet.one("author"):
            return self.sheet.one("author")
        ours = [one for one in self.seat.authorities if one in self.ports.keys.hosted]
        fit = [one for one in ours if self._roles(one) & self.measure.askers.roles]
        return next(iter([*fit, *ours]), "")

    @property
    def recipients(self) -> tuple[tuple[Option, ...], ...]:
        """One list for each that is chosen, and one more."""
        chosen = self.sheet.many("to")
        known = list(self._known())
        return tuple((Option("", ""), *_chosen(one, known)) for one in (*chosen, ""))

    def _known(self) -> Iterator[tuple[str, str]]:
        """Who may be asked: authorities with a fitting role first; then, on paper, the States without a node."""
        directory = self._directory
        listed = [one for party in directory.parties if party.code != self.ports.party for one in party.authorities]
        listed.sort(key=lambda one: (not set(one.roles) & self.measure.addressees.roles, one.id))
        for one in listed:
            yield one.id, self._office(one.id)
        role = min(self.measure.addressees.roles, key=lambda one: (one != "central-authority", one))
        states = self.ports.register.current().catalogue.states
        for code, state in sorted(states.items(), key=lambda one: one[1].name.for_language(current().language)):
            if not directory.lists(code) and code != self.ports.party and not state.is_organisation:
                facts = {"state": state.name.for_language(current().language)}
                yield f"{code}/{role}", _("%(state)s (on paper: it has no node)") % facts

    @property
    def bases(self) -> tuple[Option, ...]:
        treaties = {one.name: one for one in self.ports.treaties.known().values() if self.name in one.measures}
        known = {str(one): label.label for one, label in self.home.instruments.items()}
        known |= {str(name): one.label for name, one in treaties.items()}
        language = current().language
        return (
            Option("", ""),
            *_chosen(self.sheet.one("basis"), ((name, label.for_language(language)) for name, label in known.items())),
        )

    @property
    def languages(self) -> tuple[Option, ...]:
        return _chosen(self.language, OWN_NAMES.items())

    @property
    def language(self) -> str:
        return self.sheet.one("language") or current().language

    @property
    def approvers(self) -> tuple[tuple[Option, ...], ...]:
        """One list for each officer that the measure may ask for; the seat's own pseudonym is preset in the first."""
        named = list(self.approving)
        places = max([1, len(named), *(one.officers for one in self.measure.approvals if "send" in one.acts)])
        known = [(one, one.rpartition("/")[2]) for one in self._officers()]
        return tuple((Option("", ""), *_chosen(one, known)) for one in (named + [""] * places)[:places])

    @property
    def approving(self) -> tuple[str, ...]:
        if "approver" in self.sheet.inputs:
            return tuple(dict.fromkeys(self.sheet.many("approver")))
        own = self.seat.officer_of(AuthorityId(self.author)) if self.author else None
        return (own,) if own in self._officers() and own is not None else ()

    @property
    def approval(self) -> SharedApproval | None:
        return approval_due(self.treaty, self.name, "send", self.read.fields)

    @property
    def approval_rule(self) -> RuleView | None:
        return rule_view(self.approval.rule) if self.approval is not None else None

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(sorted(known_zones() or ()))

    @property
    def on_paper(self) -> bool:
        return any(not self._directory.lists(PartyCode(one.partition("/")[0])) for one in self.sheet.many("to"))

    # --- what is said of it ---

    @cached_property
    def draft(self) -> JsonObject:
        """The members that pre-flight reads."""
        found: JsonObject = {
            "author": self.author,
            "to": list(self.sheet.many("to")),
            "measure": self.name,
            "fields": self.read.fields,
            "language": self.language,
            "exercise": self.exercise,
        }
        if self.sheet.one("basis"):
            found["legal_basis"] = {"instrument": self.sheet.one("basis"), "note": self.sheet.one("basis-note")}
        if self.sheet.one("follows"):
            found["follows"] = self.sheet.one("follows")
        return found

    @cached_property
    def preflight(self) -> Preflight:
        zone = self._directory.party(self.ports.party).time_zone
        return check_draft(sources_of(self.ports), self.draft, civil_day(self.ports.clock.now(), zone))

    @cached_property
    def findings(self) -> tuple[Said, ...]:
        """What stands in the way or should be thought of, the heaviest first."""
        judged = (one for one in self.preflight.reasons if one.weight in SHOWN and not self._is_unchosen(one))
        found = [*self._own(), *(self._said(one) for one in judged)]
        order = [one.value for one in SHOWN]
        return tuple(sorted(found, key=lambda one: order.index(one.weight)))

    @property
    def holding(self) -> tuple[Said, ...]:
        """What speaks for it, and what is only to be known."""
        return tuple(self._said(one) for one in self.preflight.reasons if one.weight not in SHOWN)

    @property
    def blocked(self) -> bool:
        return any(one.weight == Weight.BLOCKS for one in self.findings)

    @property
    def notes(self) -> Mapping[str, tuple[Said, ...]]:
        """The findings that stand beside a field."""
        found: dict[str, list[Said]] = {}
        for one in self.findings:
            if one.target.startswith("f."):
                found.setdefault(one.target.removeprefix("f."), []).append(one)
        return {name: tuple(held) for name, held in found.items()}

    def _is_unchosen(self, one: Reason) -> bool:
        """Whether it says no more than that nobody is asked yet, which ``_own`` says in an officer's words."""
        return one.facts.get("member") == "to" and not self.sheet.many("to")

    def _own(self) -> Iterator[Said]:
        """What only the sheet knows: nobody is asked yet, identifiers are wrong, officers are yet to be named."""
        if not self.sheet.many("to"):
            yield self._blocks(_("Choose who is asked."), "to", _("Who is asked"))
        for name, rows in self.read.identifiers.items():
            label = self.measure.fields[name].label.for_language(current().language)
            if any(row.entry is None for row in rows):
                text = _("An identifier cannot be sent as it stands; what is wrong stands beside it.")
                yield self._blocks(text, f"f.{name}", label)
            if any(row.typed.guessed for row in rows):
                yield self._blocks(_("Confirm the kinds that were guessed."), f"f.{name}", label)
        due = self.approval.officers if self.approval is not None else 1
        if len(self.approving) < due:
            text = _("Fewer officers are named than are to approve this.")
            yield self._blocks(text, "approver", _("Who approves"), self.approval_rule)

    def _blocks(self, text: str, target: str, label: str, rule: RuleView | None = None) -> Said:
        return Said(Weight.BLOCKS.value, _(WEIGHTS[Weight.BLOCKS]), "", text, "", target, label, rule, ())

    def _said(self, one: Reason) -> Said:
        rule = one.rule or one.asked_for_by
        target, label = "", ""
        if one.field is not None and one.field in self.measure.fields:
            target, label = f"f.{one.field}", self.measure.fields[one.field].label.for_language(current().language)
        elif isinstance(member := one.facts.get("member"), str):
            target = _HEADS.get(member.partition("[")[0], "")
            label = self._head(target)
        return Said(
            one.weight.value,
            _(WEIGHTS[one.weight]),
            asked(one.topic),
            told(one),
            remedy_told(one) or "",
            target,
            label,
            rule_view(rule) if rule is not None else None,
            tuple(read_told(read) for read in one.read),
        )

    @staticmethod
    def _head(target: str) -> str:
        return {
            "author": _("Who asks"),
            "to": _("Who is asked"),
            "basis": _("Legal basis"),
            "language": _("Written in"),
        }.get(target, "")

    # --- the directory ---

    @cached_property
    def _directory(self) -> Directory:
        return self.ports.directories.current()

    def _roles(self, one: AuthorityId) -> set[Slug]:
        try:
            return set(self._directory.authority(one).roles)
        except MusnadError:
            return set()

    def _officers(self) -> tuple[str, ...]:
        """Who at the asking authority may approve that something is sent."""
        try:
            listed = self._directory.authority(AuthorityId(self.author)).officers
        except MusnadError:
            return ()
        return tuple(dict.fromkeys(one.name for one in listed if "send" in one.acts))

    def _office(self, one: AuthorityId) -> str:
        language, code = current().language, party_of(one)
        party = self._directory.party(code)
        authority = party.authority(one)
        names = authority.names if authority is not None else {}
        name = names.get(language) or names.get("en")
        if name is None:
            role = next((self.treaty.roles[role] for role in self._roles(one) if role in self.treaty.roles), None)
            name = role.label.for_language(language) if role is not None else one.partition("/")[2]
        return _("%(party)s, %(authority)s") % {
            "party": party.names.get(language) or party.names.get("en") or code,
            "authority": name,
        }


def _chosen(value: str, known: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    """The options, one of them chosen; a value that is none of them stands among them as it is."""

    found = [Option(name, text, name == value) for name, text in known]
    if value and not any(one.chosen for one in found):
        found.append(Option(value, value, chosen=True))
    return tuple(found)

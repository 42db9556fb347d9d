"""The document: everything that stands on paper, in order and in words; no font, no page, no file.

One part a language, each whole in itself, the author's language first. Rules kept here:

1. What is printed is read from the signed message and from the treaty data that it names, and from nothing else but
   the names of the authorities. Coded values are said in the part's language, free text as it was written and marked.
2. A field shows its label in every language of the document that the data has it in.
3. The status of every rule travels with it: each field has a mark for its rule where that is not certain, and so has
   the treaty's entry into force. That stands beside the legal basis only where the basis is the treaty itself; for any
   other basis the treaty whose data serves stands on a line of its own.
4. A request that is not signed yet says so on every page, and names no signed file.

What it leaves to others: reading the message (``printing``), pages and fonts (``adapters.paper``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from musnad.core.crypto.signing import VerifyingKey
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, Digest, MessageId
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import FieldKind, Treaty
from musnad.exchange.paper.annex import Block, write_annex
from musnad.exchange.reading.form import Form, Line, Said, Value, as_is, cite, request_form
from musnad.exchange.reading.pieces import RuleView
from musnad.exchange.reading.values import AuthorityView
from musnad.language import LANGUAGES, Speech, embed, isolate, speak, write_time
from musnad.language.tongues import OWN_NAMES, primary
from musnad.language.words import word

PAGE, PAGES = "\ue000", "\ue001"
"""Where the numbers of the page and of all pages come to stand in ``Part.page_of``; no sentence has these."""
SHORT = 16
"""How many characters of a digest stand on each page."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """The signed file that goes with the paper. ``key`` is the author's that signed it, where the directory has it."""

    file: str
    sha256: Digest
    key: VerifyingKey | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with what it is and what must be told of its language; both may be empty."""

    heading: str
    said: Said
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered field. ``marks`` are the numbers of the notes on its rule."""

    number: int
    label: Piece
    others: tuple[Said, ...]
    entries: tuple[tuple[Piece, ...], ...]
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footnote:
    """What a rule says, where it stands, and how sure that is."""

    number: int
    says: Said
    reference: str
    status: str


@dataclass(frozen=True, slots=True)
class Part:
    """The document in one language."""

    language: str
    direction: str
    kicker: str
    title: Said
    banners: tuple[str, ...]
    facts: tuple[Piece, ...]
    items_heading: str
    items: tuple[Item, ...]
    limits_heading: str
    limits: tuple[Piece, ...]
    genuine_heading: str
    genuine: tuple[Piece, ...]
    genuine_note: str
    digests: tuple[Piece, ...]
    stamp: tuple[str, ...]
    notes_heading: str
    notes: tuple[Footnote, ...]
    annex_heading: str
    annex: tuple[Block, ...]
    page_of: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole document. ``short`` is what each page bears of the digest."""

    id: MessageId
    title: str
    short: str
    at: Instant
    exercise: bool
    file: str | None
    """The name of the signed file; None where nothing is signed yet."""
    parts: tuple[Part, ...]


def write_paper(
    own_id: MessageId,
    message: Message,
    treaty: Treaty,
    people: Mapping[AuthorityId, AuthorityView],
    languages: Sequence[str],
    voucher: Voucher | None,
) -> Paper:
    """The document of a request.

    Args:
        people: author and recipients, with their names as far as a directory gives them.
        languages: of the parts; the one that the message is written in comes first if it is among them.
        voucher: the signed file; None for a draft.
    Raises:
        BadForm: the message is no request, no language is named, or one that Musnad does not speak.
    """
    if not isinstance(message.body, bodies.Request):
        raise BadForm("request", message.kind)
    unknown = next((one for one in languages if one not in LANGUAGES), None)
    if unknown is not None or not languages:
        raise BadForm("languages", unknown or "none")
    order = sorted(dict.fromkeys(languages), key=lambda one: one != primary(message.language))
    speeches = [speak(one) for one in order]
    short = (voucher.sha256 if voucher is not None else own_id)[:SHORT]
    file = voucher.file if voucher is not None else None
    parts = tuple(_Part(own_id, message, treaty, people, speeches, voucher).write(say) for say in speeches)
    return Paper(own_id, parts[0].title.text, short, message.at, message.exercise, file, parts)


@dataclass(frozen=True)
class _Part:
    """What every part is written from."""

    id: MessageId
    message: Message
    treaty: Treaty
    people: Mapping[AuthorityId, AuthorityView]
    speeches: Sequence[Speech]
    voucher: Voucher | None

    def write(self, say: Speech) -> Part:
        form = request_form(self.message, self.treaty, say)
        notes = _Notes(say)
        items = tuple(self._items(form.lines, say, notes))
        return Part(
            language=say.language,
            direction=say.direction,
            kicker=say.gettext("Request for international cooperation"),
            title=form.measure,
            banners=tuple(self._banners(say)),
            facts=tuple(self._facts(form, say)),
            items_heading=say.gettext("What is asked"),
            items=items,
            limits_heading=say.gettext("Conditions of use"),
            limits=tuple(_piece(value, say) for value in form.limits),
            genuine_heading=say.gettext("Is this request genuine?"),
            genuine=tuple(self._contacts(form.lines, say)),
            genuine_note=self._genuine_note(form.lines, say),
            digests=tuple(self._digests(say)),
            stamp=(
                say.gettext("Stamp"),
                say.gettext("Name and function"),
                say.gettext("Signature"),
                say.gettext("Day"),
            ),
            notes_heading=say.gettext("Notes on the rules"),
            notes=tuple(notes.taken),
            annex_heading=say.gettext("Annex: how to answer and how to check"),
            annex=write_annex(self.id, self.message, self.treaty, self.voucher, say),
            page_of=say.gettext("Page %(page)s of %(pages)s") % {"page": PAGE, "pages": PAGES},
        )

    def _banners(self, say: Speech) -> Iterator[str]:
        if self.message.exercise:
            yield say.gettext("EXERCISE: this is not a real case.")
        if self.voucher is None:
            yield say.gettext("DRAFT: not signed and not sent.")

    def _facts(self, form: Form, say: Speech) -> Iterator[Piece]:
        message, force = self.message, form.force
        yield from self._person(say.gettext("Asking authority"), message.author, say)
        for one in message.to:
            yield from self._person(say.gettext("Asked authority"), one, say)
        yield _own(say.gettext("Written at"), write_time(message.at, say), say)
        yield Piece(say.gettext("Reference"), as_is(self.id), "")
        if message.case is not None:
            yield Piece(say.gettext("Case"), as_is(message.case), "")
        if isinstance(message.body, bodies.Request) and message.body.follows is not None:
            yield Piece(say.gettext("Follows the earlier request"), as_is(message.body.follows), "")
        language = OWN_NAMES.get(primary(message.language), message.language)
        yield Piece(say.gettext("Written in"), Said(language, message.language, "ltr"), "")
        if form.basis is not None:
            yield Piece(say.gettext("Legal basis"), form.basis, form.basis.note(say))
        if force is not None and force.own_basis:
            yield _own("", force.told, say)
        if form.basis_note is not None:
            yield Piece("", form.basis_note, form.basis_note.note(say))
        if force is not None and not force.own_basis:
            yield Piece(say.gettext("Treaty whose data the request is made by"), force.treaty, force.treaty.note(say))
            yield _own("", force.told, say)

    def _person(self, heading: str, one: AuthorityId, say: Speech) -> Iterator[Piece]:
        """The Party's and the authority's names, else the role that the id names; then the id itself."""
        view = self.people.get(one)
        code, _, office = one.partition("/")
        party = _name(view.party.names, say) if view is not None else None
        name = _name(view.names, say) if view is not None else None
        role = next((known.label for slug, known in self.treaty.roles.items() if slug == office), None)
        if name is None and role is not None:
            name = role.for_language(say.language)
        told = say.gettext("%(party)s, %(authority)s") % {
            "party": embed(party, say.direction, say) if party else isolate(code, say),
            "authority": embed(name, say.direction, say) if name else isolate(office, say),
        }
        yield _own(heading, told, say)
        yield Piece("", as_is(one), "")

    def _items(self, lines: tuple[Line, ...], say: Speech, notes: _Notes) -> Iterator[Item]:
        others = {
            speech.language: {line.field: line.label for line in self._lines(speech)}
            for speech in self.speeches
            if speech is not say
        }
        for number, line in enumerate(lines, 1):
            unknown = say.gettext("a field that the treaty data at hand does not know")
            yield Item(
                number,
                Piece("", line.label, line.label.note(say) if line.known else unknown),
                tuple(
                    labels[line.field]
                    for language, labels in others.items()
                    if labels[line.field].language == language and labels[line.field].text != line.label.text
                ),
                tuple(tuple(_piece(value, say) for value in entry) for entry in line.entries),
                notes.mark(line.rule),
            )

    def _lines(self, say: Speech) -> tuple[Line, ...]:
        return request_form(self.message, self.treaty, say).lines

    def _contacts(self, lines: tuple[Line, ...], say: Speech) -> Iterator[Piece]:
        for line in self._contact_lines(lines):
            yield from (_piece(value, say) for value in line.values)

    def _contact_lines(self, lines: tuple[Line, ...]) -> Iterator[Line]:
        measure = self.treaty.measures.get(self.message.measure) if self.message.measure is not None else None
        fields = measure.fields if measure is not None else {}
        return (line for line in lines if line.known and fields[line.field].kind is FieldKind.CONTACT)

    def _genuine_note(self, lines: tuple[Line, ...], say: Speech) -> str:
        if next(self._contact_lines(lines), None) is None:
            return say.gettext(
                "This request names nobody who could confirm it. Ask its author over a channel that you already know."
            )
        return say.gettext(
            "Call this person before you act, at a number that you have from elsewhere if you can, and compare the"
            " digest below."
        )

    def _digests(self, say: Speech) -> Iterator[Piece]:
        if self.voucher is not None:
            yield Piece(say.gettext("Signed file"), as_is(self.voucher.file), "")
            yield Piece(say.gettext("SHA-256 of the signed file"), as_is(self.voucher.sha256), "")
        yield Piece(say.gettext("SHA-256 of what is signed in it, the reference"), as_is(self.id), "")


class _Notes:
    """The notes of one part, numbered as they are first called; a certain rule calls none."""

    def __init__(self, say: Speech) -> None:
        self._say = say
        self._numbers: dict[str, int] = {}
        self.taken: list[Footnote] = []

    def mark(self, rule: RuleView | None) -> tuple[int, ...]:
        if rule is None or (rule.certainty == "certain" and rule.numbering in {None, "certain"}):
            return ()
        if rule.name not in self._numbers:
            self._numbers[rule.name] = len(self.taken) + 1
            self.taken.append(self._footnote(rule, len(self.taken) + 1))
        return (self._numbers[rule.name],)

    def _footnote(self, rule: RuleView, number: int) -> Footnote:
        say = self._say
        language = say.language if say.language in rule.says.texts else "en"
        says = Said(rule.says.for_language(language), language, speak(language).direction)
        return Footnote(number, says, cite(rule, say), status_of(rule, say))


def status_of(rule: RuleView, say: Speech) -> str:
    """How sure a rule's substance and its numbering are, in words."""
    told = [word("certainty", rule.certainty, say)]
    if rule.numbering is not None and rule.numbering != "certain":
        told.append(word("numbering", rule.numbering, say))
    return say.gettext(", ").join(told)


def _piece(value: Value, say: Speech) -> Piece:
    return Piece(value.heading.text if value.heading is not None else "", value.said, value.said.note(say))


def _own(heading: str, text: str, say: Speech) -> Piece:
    return Piece(heading, Said(text, say.language, say.direction), "")


def _name(names: Mapping[str, str], say: Speech) -> str | None:
    return names.get(say.language) or names.get("en")

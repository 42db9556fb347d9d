"""Reading what is to be printed: a request in the journal with its signatures, or a draft that still waits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from musnad.core.crypto.dsse import Dsse, parse_dsse
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import MessageId, digest_of
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.messages.schema import parse_message
from musnad.core.treaty.errors import UnknownTreaty
from musnad.core.treaty.values import Treaty
from musnad.exchange.composing import read_draft
from musnad.exchange.paper.document import Paper, Voucher, write_paper
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import open_house
from musnad.exchange.reading.values import AuthorityView

PAPER_LANGUAGES = ("ar", "en")
"""The two that the treaty data is complete in."""


def read_paper(
    ports: Ports, message: MessageId, languages: Sequence[str] = PAPER_LANGUAGES, *, file: str = "request.json"
) -> tuple[Paper, bytes | None]:
    """The document of a request that this node has, and the octets of its signed file (None while it is a draft).

    Args:
        file: what the signed file will be called; the paper names it.
    Raises:
        UnknownDraft: neither the journal nor the drafts have it. BadForm: it is no request.
        UnknownTreaty: the treaty data that it names is not at hand.
    """
    entry = ports.journal.entry(message)
    signed = entry.signed if entry is not None and entry.kind == "message" else None
    if signed is not None:
        dsse = parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message")
        said = parse_message(dsse.payload)
        voucher = Voucher(file, digest_of(signed), _key(ports, said, dsse))
    else:
        said, voucher = read_draft(ports, message).message, None
    house = open_house(ports)
    people = {one: _named(ports, house.authority(one)) for one in (said.author, *said.to)}
    return write_paper(message, said, _treaty(ports, said), people, languages, voucher), signed


def _named(ports: Ports, view: AuthorityView) -> AuthorityView:
    """An authority whose Party no directory names bears the name that the register of States has."""
    state = None if view.party.names else ports.register.current().catalogue.states.get(view.party.code)
    return view if state is None else replace(view, party=replace(view.party, names=state.name.texts))


def _treaty(ports: Ports, message: Message) -> Treaty:
    known = ports.treaties.known()
    if message.treaty is None:
        raise BadForm("request", message.kind)
    if message.treaty not in known:
        raise UnknownTreaty(message.treaty)
    return known[message.treaty]


def _key(ports: Ports, message: Message, dsse: Dsse) -> VerifyingKey | None:
    """The author's key that signed, while the directory knows it."""
    with suppress(MusnadError):
        return ports.directories.current().signing_key(message.author, dsse.key_ids, message.at)
    return None

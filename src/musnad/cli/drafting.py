"""A draft as its officers see it before they sign: what will be said, and the digest of exactly what is signed.

The digest is that of the octets under the signature (DSSE's encoding of the payload), the same that a passkey at the
desk is given as its challenge: whoever signs here and whoever signs there can read it to each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.cli.timeline import step_word
from musnad.core.case.fold import fold
from musnad.core.kernel.names import CaseRef
from musnad.core.messages import bodies
from musnad.exchange.approving import challenge_of
from musnad.exchange.composing import Draft, case_state
from musnad.exchange.ports import Ports
from musnad.exchange.reading.form import in_words, request_form
from musnad.exchange.reading.spoken import request_of, said_lines
from musnad.language import gettext as _
from musnad.language import isolate


def signed_digest(draft: Draft) -> str:
    """The SHA-256 of the octets that each officer signs."""
    return challenge_of(draft).hex()


def draft_lines(ports: Ports, draft: Draft) -> Iterator[str]:
    """What will be said, by whom and to whom, who approves it, and the digest."""
    message = draft.message
    yield _("To be signed: %(step)s, by %(author)s to %(recipients)s") % {
        "step": step_word(message),
        "author": isolate(message.author),
        "recipients": isolate(", ".join(message.to)),
    }
    if isinstance(message.body, bodies.Request):
        treaty = ports.treaties.known().get(message.treaty) if message.treaty is not None else None
        yield from in_words(request_form(message, treaty))
    else:
        state = case_state(ports, message.case) if message.case is not None else fold(CaseRef(""), (), (), {})
        request = request_of(state, draft.id, message)
        treaty = ports.treaties.known().get(request.treaty) if request is not None else None
        yield from said_lines(message, treaty.measures.get(request.measure) if treaty and request else None)
    for exhibit in message.exhibits:
        yield _("Exhibit %(seal)s") % {"seal": isolate(exhibit.seal)}
    yield _("SHA-256 of what is signed: %(digest)s") % {"digest": isolate(signed_digest(draft))}

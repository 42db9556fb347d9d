"""The annex: how an authority without Musnad answers on paper, and how it checks the signed file with openssl.

The commands are whole and run as they are printed (a test runs them). They check the Ed25519 half of the author's
signature; that the key is really the author's, no paper can prove of itself, and the annex says so.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from musnad.core.kernel.names import MessageId
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.treaty.values import Treaty
from musnad.exchange.reading.form import cite
from musnad.exchange.reading.house import rule_view
from musnad.language import Speech
from musnad.language.words import word

if TYPE_CHECKING:
    from musnad.exchange.paper.document import Voucher

_ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")
"""What stands before a raw Ed25519 key in a SubjectPublicKeyInfo (RFC 8410)."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a box to tick (with room to say more), a line to fill in, or lines of a terminal."""

    kind: Literal["heading", "text", "tick", "choice", "blank", "code"]
    text: str


def write_annex(
    own_id: MessageId, message: Message, treaty: Treaty, voucher: Voucher | None, say: Speech
) -> tuple[Block, ...]:
    """The annex in one language; without a voucher there is nothing to check yet."""
    blocks = [*_answering(message, treaty, say)]
    if voucher is not None:
        blocks += _checking(own_id, voucher, say)
    return tuple(blocks)


def _answering(message: Message, treaty: Treaty, say: Speech) -> Iterator[Block]:
    _ = say.gettext
    yield Block("heading", _("Answering without Musnad"))
    yield Block(
        "text",
        _(
            "You may answer on paper, by e-mail or by any channel that the two States use. Give the reference of this"
            " request. The asking authority enters your answer into its record as what it is: said by you, on that"
            " channel, entered by its officer."
        ),
    )
    yield Block("blank", _("Received on (day, time zone)"))
    yield Block("blank", _("Your reference"))
    yield Block("choice", _("Accepted; under these conditions, if any:"))
    yield Block("choice", _("More is needed before it can be judged:"))
    yield Block("choice", _("Postponed, until when and why:"))
    yield Block("choice", _("Refused, on these grounds and for these reasons:"))
    measure = treaty.measures.get(message.measure) if message.measure is not None else None
    if measure is not None and measure.grounds:
        yield Block("text", _("Grounds of refusal that the treaty data gives for this measure, each with its status:"))
        for ground in measure.grounds.values():
            rule = rule_view(ground.rule)
            told = ground.label.for_language(say.language), cite(rule, say), word("certainty", rule.certainty, say)
            yield Block("tick", " · ".join(one for one in told if one))
    yield Block("blank", _("Name, function, telephone, e-mail"))


def _checking(own_id: MessageId, voucher: Voucher, say: Speech) -> Iterator[Block]:
    _ = say.gettext
    yield Block("heading", _("Checking the signed file"))
    yield Block(
        "text",
        _(
            "The file beside this paper is the request itself; the paper is made from it. Its SHA-256, which"
            " this command tells, must be the one on this paper:"
        ),
    )
    file = shlex.quote(voucher.file)
    yield Block("code", f"openssl dgst -sha256 {file}")
    if voucher.key is None:
        return
    yield Block(
        "text",
        _(
            "Its author signed it twice, with an Ed25519 key and with an ML-DSA-65 key. With OpenSSL 3 the first"
            " signature is checked so, in a shell, in the folder of the file:"
        ),
    )
    pem = base64.b64encode(_ED25519_HEAD + voucher.key.ed25519).decode()
    yield Block("code", "\n".join(commands(file, voucher.key.ids[0], pem)))
    yield Block(
        "text",
        _(
            "The file `payload` is then the request in JSON, and its SHA-256 is the reference"
            " %(reference)s…; the last line answers `Signature Verified Successfully`. This shows that file and key"
            " belong together. That the key is the authority's, learn from the directory of authorities or from the"
            " call above, and not from this paper alone."
        )
        % {"reference": own_id[:16]},
    )


def commands(file: str, key_id: str, pem: str) -> tuple[str, ...]:
    """A shell's lines that check the Ed25519 signature of that key over a DSSE file; ``file`` is quoted already."""
    return (
        f"F={file}",
        f"K={key_id}",
        f"P={pem}",
        'sed \'s/.*"payload":"\\([^"]*\\)".*/\\1/\' "$F" | openssl base64 -d -A > payload',
        f"(printf 'DSSEv1 {len(MESSAGE_TYPE)} {MESSAGE_TYPE} %d ' $(wc -c < payload); cat payload) > signed",
        'sed \'s/.*"keyid":"\'$K\'","sig":"\\([^"]*\\)".*/\\1/\' "$F" | openssl base64 -d -A > signature',
        "printf -- '-----BEGIN PUBLIC KEY-----\\n%s\\n-----END PUBLIC KEY-----\\n' $P > key.pem",
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile signature",
    )

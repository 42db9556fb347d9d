"""The sentence for every error code, with the error's facts as named places.

The core raises codes and facts; a door asks ``sentence`` and ``remedy`` in its reader's language. A structure test
says that every code stands here and that no place names a fact that its error lacks. A code that is missing all the
same (a newer peer's) is said as it is, never silently dropped.
"""

from __future__ import annotations

from musnad.core.kernel.errors import MusnadError
from musnad.language.speech import Speech, current, mark
from musnad.language.wording import isolate, number

SENTENCES: dict[str, str] = {
    "approval.missing": mark("The approval of %(officer)s, whom the message names, has not been signed."),
    "approval.wrong-officer": mark("The draft does not wait for this officer's approval: %(officer)s."),
    "authority.not-hosted": mark("%(authority)s is not an authority of this node."),
    "case.unknown": mark("No case fits %(case)s, or several do."),
    "ciphertext.invalid": mark("The ciphertext was altered, or closed for another key or purpose: %(what)s."),
    "delivery.lease-lost": mark("Another worker took over the delivery of message %(message)s."),
    "directory.entry-invalid": mark("A Party's directory entry is not of its form: %(member)s (%(why)s)."),
    "directory.expired": mark("The directory's file %(file)s has expired."),
    "directory.foreign-root": mark(
        "The trust anchor with fingerprint %(fingerprint)s is none of the roots that this directory carries."
    ),
    "directory.invalid": mark("The directory's file %(file)s does not hold: %(why)s."),
    "directory.officer-may-not": mark("The roster does not allow %(officer)s this act: %(act)s."),
    "directory.retired-key": mark("The key of %(owner)s was not valid at %(at)s."),
    "directory.rollback": mark("An older version of the directory's file %(file)s was offered; it is not used."),
    "directory.unknown-authority": mark("The directory names no authority %(authority)s."),
    "directory.unknown-key": mark("None of the signing keys is one that the directory gives to %(owner)s."),
    "directory.unknown-officer": mark("The authority's roster names no officer %(officer)s."),
    "directory.unknown-party": mark("The directory lists no Party %(party)s."),
    "draft.unknown": mark("There is no draft %(draft)s."),
    "envelope.not-for-us": mark("The envelope is closed for others, not for this node: %(recipients)s."),
    "envelope.recipients-differ": mark(
        "The envelope's recipients are not the ones that its signed message %(message)s names."
    ),
    "exhibit.index-mismatch": mark("The index of exhibit %(seal)s does not lead to the root in its signed manifest."),
    "exhibit.part-damaged": mark("Part %(number)s (%(role)s) of exhibit %(seal)s is not the part that was sealed."),
    "exhibit.proof-invalid": mark("The proof for leaf %(leaf)s does not lead to the exhibit's tree root."),
    "form.invalid": mark("This value is not of its form: %(what)s (%(why)s)."),
    "form.not-ijson": mark("The bytes are not I-JSON: %(what)s (%(why)s)."),
    "form.too-large": mark("Too large: %(what)s has %(size_octets)s octets, the limit is %(limit_octets)s."),
    "journal.corrupt": mark("The journal's entry %(entry)s no longer has the digest it was stored under."),
    "journal.full": mark("The journal's disk has no room for %(what)s; nothing of the step was stored."),
    "key.invalid": mark("The key's bytes are not of its kind: %(what)s."),
    "log.checkpoint-malformed": mark("The note is not a checkpoint: %(why)s."),
    "log.checkpoint-not-cosigned": mark("The checkpoint of %(origin)s is not cosigned by %(witness)s."),
    "log.checkpoint-not-signed": mark("The checkpoint of %(origin)s lacks its log's signature: %(line)s."),
    "log.forked": mark("The log %(log)s signed two heads that cannot both be true."),
    "log.not-witnessed": mark("The head of log %(log)s that this proof needs is not cosigned yet."),
    "log.note-malformed": mark("The bytes are not a signed note: %(why)s."),
    "log.origin-other": mark("The checkpoint is of the log %(origin)s, not of %(expected)s."),
    "log.out-of-tree": mark("Outside the log's tree: %(what)s %(asked)s, where the size is %(size)s."),
    "log.proof-invalid": mark("A proof of the log does not hold: %(what)s (%(why)s)."),
    "log.submission-malformed": mark("The bytes are not what a witness takes or answers: %(why)s."),
    "log.tile-malformed": mark("The log's tile is not of its form: %(why)s."),
    "manifest.invalid": mark("The exhibit's manifest is not of its form: %(member)s (%(why)s)."),
    "manifest.unknown-format": mark("The exhibit's manifest is of an unknown seal format: %(format)s."),
    "message.altered": mark("Message %(message)s came again with other bytes; the journalled one stands."),
    "message.invalid": mark("The message is not of its form: %(member)s (%(why)s)."),
    "message.unknown": mark("No message of the case fits %(message)s, or several do."),
    "message.wrong-recipient": mark("Message %(message)s is for no authority of this node."),
    "name.unsafe": mark("The file's name is not safe: %(why)s."),
    "peer.garbage": mark("The node of %(party)s answered something that the protocol does not allow: %(what)s."),
    "peer.refused": mark("The node of %(party)s refused what was sent: %(refusal)s."),
    "peer.unreachable": mark("The node of %(party)s does not answer: %(why)s."),
    "receipt.unknown": mark(
        "The receipt of %(recipient)s is for message %(message)s, which this node did not send there."
    ),
    "signature.invalid": mark("The signature does not verify under the key that it names: %(what)s."),
    "step.refused": mark("The case as it stands forbids this step: %(grounds)s."),
    "treaty.bad-bundle": mark("The treaty's bundle is not of its form: %(why)s."),
    "treaty.bad-entry": mark("The treaty file %(file)s has a wrong value at %(place)s: %(why)s."),
    "treaty.bad-period": mark("The treaty file %(file)s has a period that cannot be counted at %(place)s: %(why)s."),
    "treaty.dangling": mark("The treaty file %(file)s names at %(place)s what no file holds: %(names)s."),
    "treaty.duplicate": mark("The treaty file %(file)s says the same thing twice at %(place)s."),
    "treaty.label-missing": mark("The treaty file %(file)s lacks a text in one of the languages at %(place)s."),
    "treaty.missing-entry": mark("The treaty file %(file)s lacks an entry that it needs: %(place)s."),
    "treaty.not-toml": mark("The treaty file %(file)s is not a TOML text: %(why)s."),
    "treaty.rule-without-source": mark("The treaty file %(file)s has a rule without a source at %(place)s."),
    "treaty.unknown-entry": mark("The treaty file %(file)s has an unknown entry: %(place)s."),
    "treaty.unknown-measure": mark("The treaty data knows no measure %(measure)s."),
    "treaty.unused": mark("The treaty file %(file)s has an entry that nothing uses: %(place)s."),
    "version.unsupported": mark("This node does not know the protocol version or kind %(version)s."),
}


def sentence(error: MusnadError, speech: Speech | None = None) -> str:
    """What happened, whole, in the reader's language; identifiers keep their own direction."""
    say = speech or current()
    template = SENTENCES.get(error.code)
    if template is None:
        return isolate(str(error), say)
    return say.gettext(template) % {name: _told(fact, say) for name, fact in error.facts().items()}


def remedy(error: MusnadError, speech: Speech | None = None) -> str:
    """What to do about it, in the reader's language; empty if the error says nothing."""
    return (speech or current()).gettext(error.remedy)


def _told(fact: str | int, say: Speech) -> str:
    if isinstance(fact, int):
        return number(fact)
    known = say.gettext(fact)
    return known if known != fact else isolate(fact, say)

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
    "approval.same-person": mark(
        "You have approved this already, as another officer; %(officer)s must be another person."
    ),
    "approval.wrong-officer": mark("The draft does not wait for this officer's approval: %(officer)s."),
    "archive.invalid": mark("The sealed folder is not an archive of this form: %(why)s, at octet %(at_octet)s."),
    "authority.not-hosted": mark("%(authority)s is not an authority of this node."),
    "backup.busy": mark("Another process is at work on the backups in %(folder)s."),
    "backup.damaged": mark("A backup's %(what)s is not what was written."),
    "backup.database": mark("The database could not be copied: %(why)s."),
    "backup.no-tool": mark("PostgreSQL's program %(tool)s is not installed."),
    "backup.none": mark("There is no complete backup of this node in %(folder)s."),
    "backup.target": mark("Backups of this node cannot be kept in %(folder)s: %(why)s."),
    "case.unknown": mark("No case fits %(case)s, or several do."),
    "ciphertext.invalid": mark("The ciphertext was altered, or closed for another key or purpose: %(what)s."),
    "circle.no-voice": mark("No authority of yours has part in this case."),
    "circle.without-you": mark("You would not see the case any more."),
    "conditions.use-not-allowed": mark("The conditions on exhibit %(seal)s do not allow this: %(why)s."),
    "delivery.lease-lost": mark("Another worker took over the delivery of message %(message)s."),
    "demo.no-image-tool": mark("The system's tool %(tool)s, which makes file system images, is missing or failed."),
    "demo.step-failed": mark("The demo's step %(step)s did not come to its end: %(said)s"),
    "desk.not-allowed": mark("Your role at this desk does not allow this page; it asks for: %(power)s."),
    "desk.too-often": mark("This was asked for more than %(limit)s times in a minute."),
    "directory.entry-invalid": mark("A Party's directory entry is not of its form: %(member)s (%(why)s)."),
    "directory.expired": mark("The directory's file %(file)s has expired."),
    "directory.foreign-root": mark(
        "The trust anchor with fingerprint %(fingerprint)s is none of the roots that this directory carries."
    ),
    "directory.invalid": mark("The directory's file %(file)s does not hold: %(why)s."),
    "directory.none": mark("This node has not verified any set of the directory yet."),
    "directory.officer-may-not": mark("The roster does not allow %(officer)s this act: %(act)s."),
    "directory.retired-key": mark("The key of %(owner)s was not valid at %(at)s."),
    "directory.rollback": mark("An older version of the directory's file %(file)s was offered; it is not used."),
    "directory.store-corrupt": mark("The kept directory file %(file)s is not what was written."),
    "directory.store-unusable": mark("The kept directory file %(file)s cannot be read or written."),
    "directory.unknown-authority": mark("The directory names no authority %(authority)s."),
    "directory.unknown-key": mark("None of the signing keys is one that the directory gives to %(owner)s."),
    "directory.unknown-officer": mark("The authority's roster names no officer %(officer)s."),
    "directory.unknown-party": mark("The directory lists no Party %(party)s."),
    "dossier.anchor-differs": mark("The dossier's directory does not begin at the trust anchor given: %(anchor)s."),
    "dossier.archive-altered": mark("The file is not the one ZIP that its members make: %(why)s."),
    "dossier.bag-altered": mark("The bag's file %(name)s is not what its members make: %(why)s."),
    "dossier.directories-differ": mark("Two directory sets of the dossier are not of one history: %(why)s."),
    "dossier.exhibit-differs": mark("Exhibit %(seal)s is not what was offered: %(why)s."),
    "dossier.export-differs": mark("The exporter's statement does not cover this dossier: %(why)s."),
    "dossier.export-incomplete": mark("The case cannot be exported whole yet: %(defect)s, %(member)s."),
    "dossier.heads-differ": mark("The heads named in %(where)s are not those that the messages make."),
    "dossier.index-invalid": mark("The dossier's list %(name)s is not what its members make: %(why)s."),
    "dossier.member-altered": mark("The bytes of member %(name)s are not those that %(against)s says."),
    "dossier.member-missing": mark("Member %(name)s, which the case needs, is not in the dossier."),
    "dossier.member-unknown": mark("Member %(name)s has no place in the dossier."),
    "dossier.name-differs": mark("The content of member %(name)s has another digest than its name: %(found)s."),
    "dossier.not-in-log": mark("Message or receipt %(message)s is not shown to stand in the log of %(party)s."),
    "dossier.not-witnessed": mark("The log's head of %(party)s is not cosigned by %(witness)s."),
    "dossier.note-line-unknown": mark("The log's head in %(name)s bears a line that no Party of the case has signed."),
    "dossier.other-case": mark("Message or receipt %(message)s belongs to another case."),
    "dossier.parent-missing": mark("Message %(message)s follows %(parent)s, which was left out of the dossier."),
    "dossier.receipt-differs": mark("Receipt %(receipt)s does not fit its message: %(why)s."),
    "dossier.receipt-missing": mark("%(recipient)s has not said that it holds message %(message)s."),
    "dossier.report-differs": mark("The report %(name)s is not the one that the proven messages make."),
    "dossier.signature-extra": mark("%(message)s bears a signature that nobody named in it should have made."),
    "dossier.unreadable": mark("%(path)s cannot be read: %(why)s."),
    "directory.unknown-set": mark("This node does not hold the directory's set %(snapshot)s that a receipt names."),
    "directory.unreachable": mark("The directory's server did not give %(file)s: %(why)s."),
    "draft.approvals-too-few": mark(
        "This needs the signatures of at least %(needed)s officers, each with a key of his own (rule %(rule)s)."
    ),
    "draft.unknown": mark("There is no draft %(draft)s."),
    "enrolment.not-approved": mark("Of %(asked)s other officers who have to approve it, %(approved)s did."),
    "enrolment.own": mark("%(officer)s cannot approve what is done to his own entry in the roster."),
    "enrolment.unknown": mark("There is no enrolment %(enrolment)s that waits."),
    "envelope.not-for-us": mark("The envelope is closed for others, not for this node: %(recipients)s."),
    "envelope.recipients-differ": mark(
        "The envelope's recipients are not the ones that its signed message %(message)s names."
    ),
    "exhibit.not-sealed-here": mark("Exhibit %(seal)s was sealed by another Party."),
    "exhibit.busy": mark("Another process is writing exhibit %(seal)s."),
    "exhibit.damaged": mark("Exhibit %(seal)s is damaged in %(member)s: octets %(ranges)s."),
    "exhibit.index-mismatch": mark("The index of exhibit %(seal)s does not lead to the root in its signed manifest."),
    "exhibit.manifest-differs": mark("The manifest served for exhibit %(seal)s is not the one in its signed offer."),
    "exhibit.missing": mark("This node does not hold exhibit %(seal)s."),
    "exhibit.not-as-declared": mark("Exhibit %(seal)s is not what its manifest declares: %(what)s, %(ranges)s."),
    "exhibit.record-proof-invalid": mark(
        "The proof of record %(number)s does not lead to what exhibit %(seal)s was sealed with."
    ),
    "exhibit.part-damaged": mark("Part %(number)s (%(role)s) of exhibit %(seal)s is not the part that was sealed."),
    "exhibit.proof-invalid": mark("The proof for leaf %(leaf)s does not lead to the exhibit's tree root."),
    "export.outdated": mark("The export %(payload)s can no longer be made as it was approved."),
    "folder.taken": mark("The folder is there already and is not empty: %(folder)s."),
    "form.invalid": mark("This value is not of its form: %(what)s (%(why)s)."),
    "form.not-ijson": mark("The bytes are not I-JSON: %(what)s (%(why)s)."),
    "form.too-large": mark("Too large: %(what)s has %(size_octets)s octets, the limit is %(limit_octets)s."),
    "journal.corrupt": mark("The journal's entry %(entry)s no longer has the digest it was stored under."),
    "journal.full": mark("The journal's disk has no room for %(what)s; nothing of the step was stored."),
    "key-file.unusable": mark("The key file %(file)s cannot be used: %(why)s."),
    "journal.unavailable": mark("The journal's database is not available now: %(why)s."),
    "key.invalid": mark("The key's bytes are not of its kind: %(what)s."),
    "law.bad-entry": mark("The law profile %(file)s has a wrong value at %(place)s: %(why)s."),
    "law.fact-without-source": mark("The law profile %(file)s has a fact without a source at %(place)s."),
    "law.missing-entry": mark("The law profile %(file)s lacks an entry that it needs: %(place)s."),
    "law.no-profile": mark("No law profile of %(state)s is at hand."),
    "law.not-toml": mark("The law profile %(file)s is not a TOML text: %(why)s."),
    "law.of-no-state": mark("The law profile %(file)s names at %(place)s a State that no code stands for: %(state)s."),
    "law.penalty-without-unit": mark("The law profile %(file)s has a penalty without its unit at %(place)s."),
    "law.two-profiles": mark("The files %(file)s and %(other)s both hold a law profile of %(state)s."),
    "law.unknown-entry": mark("The law profile %(file)s has an unknown entry: %(place)s."),
    "law.unknown-name": mark("The law profile %(file)s names at %(place)s what no treaty data holds: %(names)s."),
    "log.forked": mark("The log of %(party)s showed two heads that cannot both be true."),
    "log.no-split": mark("This node knows of no split of the log of %(party)s."),
    "log.not-a-split": mark("This is no proof that a log signed two heads that cannot both be true: %(why)s."),
    "log.checkpoint-malformed": mark("The note is not a checkpoint: %(why)s."),
    "log.checkpoint-not-cosigned": mark("The checkpoint of %(origin)s is not cosigned by %(witness)s."),
    "log.checkpoint-not-signed": mark("The checkpoint of %(origin)s lacks its log's signature: %(line)s."),
    "log.not-witnessed": mark("The head of log %(log)s that this proof needs is not cosigned yet."),
    "log.note-malformed": mark("The bytes are not a signed note: %(why)s."),
    "log.origin-other": mark("The checkpoint is of the log %(origin)s, not of %(expected)s."),
    "log.out-of-tree": mark("Outside the log's tree: %(what)s %(asked)s, where the size is %(size)s."),
    "log.proof-invalid": mark("A proof of the log does not hold: %(what)s (%(why)s)."),
    "log.submission-malformed": mark("The bytes are not what a witness takes or answers: %(why)s."),
    "log.tile-malformed": mark("The log's tile is not of its form: %(why)s."),
    "log.unknown": mark("No other Party of the directory keeps the log %(origin)s."),
    "mail.not-sent": mark("The mail server did not take the message: %(why)s."),
    "manifest.invalid": mark("The exhibit's manifest is not of its form: %(member)s (%(why)s)."),
    "manifest.unknown-format": mark("The exhibit's manifest is of an unknown seal format: %(format)s."),
    "message.invalid": mark("The message is not of its form: %(member)s (%(why)s)."),
    "message.unknown": mark("No message of the case fits %(message)s, or several do."),
    "message.wrong-recipient": mark("Message %(message)s is for no authority of this node."),
    "name.unsafe": mark("The file's name is not safe: %(why)s."),
    "node.no-exercise": mark("The node of %(party)s is none of an exercise."),
    "node.configuration": mark("The setting %(setting)s in node.toml is wrong: %(why)s."),
    "node.missing": mark("The folder %(folder)s holds no node."),
    "node.running": mark("The node is running already, or its port is taken: %(what)s."),
    "paper.no-font": mark("No font of this machine draws the script that is needed: %(script)s."),
    "paper.not-set": mark("The typesetter could not make pages of the document: %(why)s."),
    "passkey.not-accepted": mark("This passkey cannot be enrolled: %(why)s."),
    "peer.garbage": mark("The node of %(party)s answered something that the protocol does not allow: %(what)s."),
    "peer.busy": mark("The node of %(party)s cannot take it now: %(refusal)s."),
    "peer.refused": mark("The node of %(party)s refused what was sent: %(refusal)s."),
    "peer.short-body": mark(
        "The other node's answer ended early: %(missing_octets)s octets of %(member)s are missing after %(first)s."
    ),
    "peer.unreachable": mark("The node of %(party)s does not answer: %(why)s."),
    "person.has-ways-in": mark("%(name)s has a way in already."),
    "person.last-way-in": mark("This is your last way in."),
    "person.no-proposal": mark("This waits for no second administrator any more."),
    "person.no-recovery": mark("No recovery of %(name)s waits for you."),
    "person.not-apart": mark(
        "%(name)s does not stand apart from the administrator who asked: one let the other in, or a third let both in."
    ),
    "person.oneself": mark("Nobody decides about themselves: %(name)s."),
    "person.passkey-refused": mark("The passkey did not open the desk."),
    "person.present-password": mark("This is not your present password."),
    "person.pseudonym-taken": mark("The pseudonym %(officer)s belongs to %(holder)s already."),
    "person.second-way": mark("The second way in was not set up: the password or the code does not do."),
    "person.taken": mark("There is a person named %(name)s already."),
    "person.two-pseudonyms": mark("%(name)s would be two officers of %(authority)s."),
    "person.unknown": mark("No person named %(name)s may sit at this desk."),
    "preflight.bad-practice": mark("The file of rules of practice %(file)s is wrong at %(place)s: %(why)s."),
    "preflight.field-too-large": mark(
        "%(what)s: the field %(field)s holds more than its form takes, %(limit)s characters or entries."
    ),
    "preflight.unknown-basis": mark("The treaty data knows no legal basis %(basis)s."),
    "preflight.unknown-offence": mark("The treaty data knows no offence or class of offences %(offence)s."),
    "range.past-end": mark(
        "The range from octet %(first)s, %(length)s long, is outside %(member)s, which has %(size_octets)s octets."
    ),
    "receipt.refused": mark("The receipt for message %(message)s is not accepted: %(why)s."),
    "receipt.unknown": mark(
        "The receipt of %(recipient)s is for message %(message)s, which this node did not send there."
    ),
    "register.author-not-trusted": mark("This node does not trust %(author)s for the register."),
    "register.catalogue": mark("The register's own file %(file)s is wrong at %(place)s: %(why)s."),
    "register.column": mark("%(file)s, line %(line)s: the column %(field)s is unknown, missing or stands twice."),
    "register.contradiction": mark(
        "%(file)s, line %(line)s, field %(field)s: what it says of %(party)s contradicts %(other)s (rule %(rule)s)."
    ),
    "register.damaged": mark("The kept change %(file)s of the register is not what was written."),
    "register.day": mark("%(file)s, line %(line)s, field %(field)s: not a day that can be: %(why)s."),
    "register.from-the-future": mark("The update of %(author)s says that it was made at %(at)s, which is yet to come."),
    "register.no-source": mark("%(file)s, line %(line)s, field %(field)s: the fact has no source."),
    "register.no-status": mark("%(file)s, line %(line)s, field %(field)s: the fact does not say how sure it is."),
    "register.no-such-state": mark("The register knows no State or organisation %(party)s."),
    "register.nothing-to-withdraw": mark(
        "%(file)s, line %(line)s, field %(field)s: %(party)s has no instrument from which it could withdraw (rule"
        " %(rule)s)."
    ),
    "register.not-a-table": mark("%(file)s is not a table of register rows: %(why)s."),
    "register.out-of-order": mark(
        "The update of %(author)s follows %(previous)s, but the last one held here is %(held)s."
    ),
    "register.repeated": mark("%(file)s, line %(line)s: the same fact as in line %(first)s."),
    "register.replaced": mark("%(file)s, line %(line)s: the fact %(fact)s no longer stands; in its place: %(by)s."),
    "register.row": mark("%(file)s, line %(line)s, field %(field)s: %(why)s."),
    "register.rule-missing": mark("The treaty data lacks the rule %(rule)s, or its number."),
    "register.unknown-fact": mark("%(file)s, line %(line)s: this register does not hold the fact %(fact)s."),
    "register.unknown-state": mark("%(file)s, line %(line)s, field %(field)s: no State has the code %(party)s."),
    "register.unknown-subject": mark(
        "%(file)s, line %(line)s, field %(field)s: this kind of fact is never about this: %(about)s."
    ),
    "register.update": mark("The signed update is not of its form: %(member)s (%(why)s)."),
    "registrar.refused": mark("The Registrar's repository cannot do this: %(why)s."),
    "report.not-published": mark("No report for the public has been published for the year %(year)s."),
    "report.year-not-over": mark("The report of the year %(year)s cannot be published yet: the year is not over."),
    "request.expired": mark("The HTTP request was signed at %(created)s, more than 36 hours from this node's time."),
    "request.header": mark("A header of the request is missing or not of its form: %(header)s."),
    "request.not-found": mark("Nothing is served at %(path)s, or not to this authority."),
    "request.signature": mark("The HTTP request's signature does not hold: %(why)s."),
    "peer.too-many-at-once": mark("%(asker)s asks for too much at one time."),
    "signature.unexpected": mark("Message %(message)s bears a signature that it does not name."),
    "signature.passkey-invalid": mark("The passkey's signature does not hold: %(what)s (%(why)s)."),
    "signature.invalid": mark("The signature does not verify under the key that it names: %(what)s."),
    "source.changed": mark("The source %(name)s changed while it was being sealed; nothing was sealed."),
    "source.differs": mark(
        "Read twice, the source %(name)s gave %(differing_octets)s other octets the second time: octets %(ranges)s."
    ),
    "source.too-damaged": mark("More than %(places_limit)s places of the source %(name)s cannot be read."),
    "source.unreadable": mark("The source %(name)s cannot be read: %(why)s."),
    "source.unsupported": mark("The source %(name)s is neither a file, a folder of files, nor a disk."),
    "state.unknown": mark("No State has the code %(state)s."),
    "stamp.invalid": mark("The time stamp does not hold: %(why)s."),
    "stamp.malformed": mark("The bytes are not of the form of a time stamp: %(what)s (%(why)s)."),
    "stamp.not-granted": mark("The stamp authority declined to give a stamp (status %(status)s)."),
    "stamp.unreachable": mark("No stamp could be had from the stamp authority %(authority)s (%(why)s)."),
    "step.refused": mark("The case as it stands forbids this step: %(grounds)s."),
    "storage.failed": mark("The storage refused: %(what)s (%(why)s)."),
    "paper.nothing-to-hand-over": mark("Nothing of this case can be handed over to %(party)s."),
    "paper.day-impossible": mark("It cannot have come on %(day)s: only from %(earliest)s to %(today)s."),
    "paper.speaks-for-itself": mark("%(speaker)s has a node of its own; nothing is entered for it."),
    "silence.not-delivered": mark("Nothing shows that request %(request)s was delivered, or that delivery was tried."),
    "storage.full": mark("The disk is full at %(what)s; nothing half-written stands under a final name."),
    "target.exists": mark("A file stands already where the exhibit was to be opened to: %(name)s."),
    "treaty.bad-bundle": mark("The treaty's bundle is not of its form: %(why)s."),
    "treaty.bad-entry": mark("The treaty file %(file)s has a wrong value at %(place)s: %(why)s."),
    "treaty.bad-period": mark("The treaty file %(file)s has a period that cannot be counted at %(place)s: %(why)s."),
    "treaty.damaged": mark("A kept version of the treaty data is not what was stored: %(digest)s."),
    "treaty.dangling": mark("The treaty file %(file)s names at %(place)s what no file holds: %(names)s."),
    "treaty.duplicate": mark("The treaty file %(file)s says the same thing twice at %(place)s."),
    "treaty.label-missing": mark("The treaty file %(file)s lacks a text in one of the languages at %(place)s."),
    "treaty.missing-entry": mark("The treaty file %(file)s lacks an entry that it needs: %(place)s."),
    "treaty.not-installed": mark("This installation carries no treaty named %(name)s."),
    "treaty.not-toml": mark("The treaty file %(file)s is not a TOML text: %(why)s."),
    "treaty.rule-without-source": mark("The treaty file %(file)s has a rule without a source at %(place)s."),
    "treaty.unknown": mark("This node does not hold the treaty data %(digest)s that the request names."),
    "treaty.unknown-entry": mark("The treaty file %(file)s has an unknown entry: %(place)s."),
    "treaty.unknown-measure": mark("The treaty data knows no measure %(measure)s."),
    "treaty.unused": mark("The treaty file %(file)s has an entry that nothing uses: %(place)s."),
    "fetch.too-many": mark("This node is fetching %(limit)s exhibits already, as many as it fetches at one time."),
    "request.media-type": mark("The request's body is declared as %(found)s, not as JSON."),
    "resource.method": mark("The path does not take the method %(method)s."),
    "resource.unknown": mark("Nothing is served at %(path)s."),
    "token.authority": mark("The token does not act for %(authority)s."),
    "token.invalid": mark("The token is not one of this node's, has ended, or was revoked."),
    "token.missing": mark("The request carries no token."),
    "token.scope": mark("The token does not carry the scope %(scope)s."),
    "token.taken": mark("A token named %(name)s is there already, or there are too many tokens."),
    "token.unknown": mark("There is no token named %(name)s."),
    "token.unreadable": mark("The token file %(file)s is damaged, or others may read it."),
    "upload.damaged": mark("What rests here of upload %(upload)s is not what was written."),
    "upload.differs": mark("From octet %(offset_octets)s on, this is not what was sent before for upload %(upload)s."),
    "upload.gap": mark("Of upload %(upload)s only the first %(offset_octets)s octets have come."),
    "upload.too-many": mark("%(limit)s uploads rest at this node already, as many as may at one time."),
    "upload.too-many-own": mark("%(limit)s uploads of yours rest here already, as many as one person may have."),
    "upload.unknown": mark("There is no upload %(upload)s here."),
    "version.unsupported": mark("This node does not know the protocol version or kind %(version)s."),
    "work.cancelled": mark("The work was stopped on request: %(what)s."),
    "zone.unknown": mark("No time zone of this name is known here: %(zone)s."),
}


REASONS: tuple[str, ...] = (
    mark("made for another purpose"),
    mark("made for another challenge"),
    mark("made at another origin"),
    mark("made in another origin's frame"),
    mark("made for another relying party"),
    mark("nobody was present"),
    mark("the user was not verified"),
    mark("the key may be copied from its authenticator"),
    mark("the signature does not hold"),
    mark("client data not of its form"),
    mark("authenticator data not of its form"),
    mark("not of an assertion's form"),
    mark("the attestation is not of its form"),
    mark("an attestation that was not asked for"),
    mark("no credential in it"),
    mark("a key of another kind than ES256 and EdDSA"),
)
"""Why a passkey, or what it signed, is refused: facts of errors that an officer reads."""

SPLIT_FACTS = (
    mark("the two heads agree"),
    mark("a path where the sizes are the same"),
    mark("the path does not lead to the larger tree"),
    mark("the directory lists no such Party"),
)
"""Why something proves no split."""

STAMP_FACTS = (
    mark("it is over other octets"),
    mark("it answers another request"),
    mark("it leaves open more than a day"),
    mark("its signer's certificate does not stand in it exactly once"),
    mark("its signer's certificate is not one for stamping times alone"),
    mark("its signer's certificate was not valid at the time that it states"),
    mark("signature and chain do not lead to the authority's certificate"),
    mark("its time is more than 36 hours from this node's clock"),
)
"""Why a time stamp does not hold."""


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


def _told(fact: object, say: Speech) -> str:
    match fact:
        case bool() | None:
            return isolate(fact, say)
        case int():
            return number(fact)
        case list() | tuple() | set() | frozenset():
            return isolate(", ".join(str(part) for part in fact), say)
        case _:
            known = say.gettext(str(fact))
            return known if known != fact else isolate(fact, say)

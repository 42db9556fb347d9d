"""The next roster of an authority of this node, and with it the next version of the Party's entry.

What the Registrar gets is the ``publish`` folder, as when the node was made: it holds no secret, and nobody sees it
before the Registrar published it. Everybody who is listed stays listed, past keys too.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from musnad.core.directory.enrolment import APPROVERS, Enrolment, enrolled
from musnad.core.directory.entry import Authority, Party
from musnad.core.directory.errors import UnknownAuthority
from musnad.core.directory.metadata import parse_role, party_path, role_of
from musnad.core.directory.party_file import parse_party, write_party
from musnad.core.directory.role import sign_party
from musnad.core.directory.roster import sign_roster
from musnad.core.directory.tuf import Targets
from musnad.core.kernel.names import Digest, MessageId, digest_of
from musnad.exchange.audit import note
from musnad.exchange.enrolling import EnrolmentNotApproved, UnknownEnrolment
from musnad.exchange.ports import Ports
from musnad.node.creating import read_role_key, write_publication
from musnad.people.enrolling import Kept, mark_signed, read


def take_up(folder: Path, ports: Ports, enrolment: MessageId, *, by: str) -> Kept:
    """Sign the roster that takes an approved enrolment up, and write the Party's next entry for the Registrar.

    1. Enough officers approved, by the roster of today. 2. The roster and the entry that this node wrote last, with
    the one change; nobody else writes meanwhile. 3. Noted by the SHA-256 of the roster's DSSE, and marked. After an
    interruption the same command ends what was begun: a roster that holds the change already is not signed again.

    Raises, nothing being written:
        UnknownEnrolment: there is none that waits. EnrolmentNotApproved: 1. BadEntry, UnknownKey: the roster cannot
        hold the change.
    """
    kept = read(ports, enrolment)
    if kept.progress == "signed":
        return kept
    if kept.progress != "waits":
        raise UnknownEnrolment(enrolment)
    if kept.waits.lacking:  # 1
        raise EnrolmentNotApproved(len(kept.waits.approved), APPROVERS)
    with ports.journal.begin() as transaction:
        transaction.log_size()  # nobody else writes from here on
        roster = _write_next(folder, ports, kept.enrolment)  # 2
    about = {
        "roster": roster,
        "enrolment": enrolment,
        "officer": kept.enrolment.officer,
        "key": kept.enrolment.key_id,
        "approved-by": ", ".join(kept.waits.approved),
    }
    note(ports, "roster-signed", by=by, about=about, authority=kept.enrolment.authority)  # 3
    return mark_signed(ports, enrolment, roster)


def _write_next(folder: Path, ports: Ports, enrolment: Enrolment) -> Digest:
    publish, path = folder / "publish", party_path(ports.party)
    files = _files(publish)
    party = parse_party(files[path])
    authority = party.authority(enrolment.authority)
    if authority is None:
        raise UnknownAuthority(enrolment.authority)
    now = ports.clock.now()
    officers = enrolled(authority.officers, enrolment, now)
    if officers == authority.officers:
        return digest_of(authority.roster)
    key = ports.keys.signing(enrolment.authority)
    dated = next(one for one in authority.signing_keys if one.key == key.public)
    changed = replace(authority, officers=officers, roster=sign_roster(authority.id, officers, key), roster_key=dated)
    entry = write_party(_with(party, changed))
    version = parse_role(Targets, (publish / "role.json").read_bytes(), role_of(ports.party)).signed.version + 1
    role_key = read_role_key(folder)
    others = {name: data for name, data in files.items() if name != path}
    role = sign_party(entry, version=version, now=now, key=role_key, others=others)
    write_publication(publish, ports.party, role, {**others, path: entry}, role_key)
    return digest_of(changed.roster)


def _files(publish: Path) -> dict[str, bytes]:
    """The target files that this node published last, by path."""
    listed = json.loads((publish / "party-key.json").read_bytes())["targets"]
    return {str(name): (publish / "targets" / str(name)).read_bytes() for name in listed}


def _with(party: Party, changed: Authority) -> Party:
    return replace(party, authorities=tuple(changed if one.id == changed.id else one for one in party.authorities))

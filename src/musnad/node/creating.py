"""Make a node: its keys, its certificate, its officers, its entry for the directory, its empty journal.

What the Registrar gets is the ``publish`` folder: the Party's role, signed by its own keys, and its files. It holds
no secret. Making the entry again later (a new address, another officer) gives the next version.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.durable import write_durably
from musnad.adapters.files.keys import FileKeyRing, create_keys, create_officer, read_officer
from musnad.core.crypto.certificate import self_signed_certificate
from musnad.core.crypto.signing import SigningKey, new_signing_key
from musnad.core.directory.entry import Authority, DatedKey, LogKeys, NodeAddress, Officer, OfficerAct, Party
from musnad.core.directory.party_file import write_party
from musnad.core.directory.role import sign_party
from musnad.core.directory.roster import sign_roster
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, OfficerName, PartyCode, Slug, parse_officer
from musnad.core.kernel.times import Instant
from musnad.exchange.civil import time_zone
from musnad.exchange.errors import UnknownZone
from musnad.node.assemble import ANCHOR, REGISTRAR_CERTIFICATE, start_django
from musnad.node.configuration import FILE, Configuration, write_configuration
from musnad.node.errors import BadConfiguration, FolderTaken
from musnad.node.private import keep_private

CERTIFICATE_DAYS = 825
KEY_DAYS_BEFORE = 1
ALL_ACTS: tuple[OfficerAct, ...] = ("send", "release", "open", "export")


@dataclass(frozen=True, slots=True)
class AuthorityPlan:
    """An authority of the new node: its id, roles, names by language, languages, measures, and officers' pseudonyms."""

    id: AuthorityId
    roles: tuple[Slug, ...]
    names: Mapping[str, str]
    languages: tuple[str, ...]
    measures: tuple[Slug, ...]
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodePlan:
    """What to make."""

    configuration: Configuration
    names: Mapping[str, str]
    time_zone: str
    authorities: tuple[AuthorityPlan, ...]
    anchor: bytes
    registrar_certificate: str


def create_node(folder: Path, plan: NodePlan, now: Instant) -> Path:
    """Make the node; returns the folder to hand to the Registrar.

    Raises:
        FolderTaken: something is there. BadConfiguration, BadEntry: the plan; nothing is left behind.
    """
    _check(plan)
    keep_private()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FolderTaken(str(folder))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # an empty one that stood already
    except OSError as error:
        raise FolderTaken(str(folder)) from error
    try:
        return _fill(folder, plan, now)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _check(plan: NodePlan) -> None:
    """What the directory's form does not say of an entry, so that nothing is begun that cannot work."""
    try:
        time_zone(plan.time_zone)
    except UnknownZone as error:
        raise BadConfiguration("time_zone", "not a time zone of the IANA database") from error
    for authority in plan.authorities:
        for pseudonym in authority.officers:
            try:
                parse_officer(f"{authority.id}/{pseudonym}")
            except BadForm as error:
                raise BadConfiguration(f"officers of {authority.id}", error.why) from error


def _fill(folder: Path, plan: NodePlan, now: Instant) -> Path:
    for part in ("trust", "officers", "vault", "directory", "run", "logs", "publish"):
        (folder / part).mkdir(mode=0o700)
    code = plan.configuration.code
    create_keys(
        folder / "keys",
        [one.id for one in plan.authorities],
        f"musnad.example/{code}",
        f"witness.musnad.example/{code}",
        system_entropy,
    )
    host = urlsplit(plan.configuration.gate.url).hostname or ""
    certificate, tls_key = self_signed_certificate(host, now, CERTIFICATE_DAYS)
    write_durably(folder / "keys" / "tls.pem", certificate.encode("ascii"))
    write_durably(folder / "keys" / "tls.key", tls_key)
    write_durably(folder / "keys" / "desk.key", system_entropy(32).hex().encode("ascii"))
    write_durably(folder / "keys" / "role.json", _write_role_key(new_signing_key(system_entropy)))
    for authority in plan.authorities:
        for pseudonym in authority.officers:
            name = OfficerName(f"{authority.id}/{pseudonym}")
            place = folder / "officers" / f"{authority.id.partition('/')[2]}.{pseudonym}.key"
            create_officer(place, name, system_entropy)
    write_durably(folder / ANCHOR, plan.anchor)
    write_durably(folder / REGISTRAR_CERTIFICATE, plan.registrar_certificate.encode("ascii"))
    write_durably(folder / FILE, write_configuration(plan.configuration).encode("utf-8"))
    _write_entry(folder, plan, certificate, now)
    _create_journal(folder)
    return folder / "publish"


def _write_entry(folder: Path, plan: NodePlan, certificate: str, now: Instant) -> None:
    code = plan.configuration.code
    ring = FileKeyRing(folder / "keys", code)
    since = Instant(now.replace(hour=0, minute=0, second=0))
    party = Party(
        code=code,
        names=dict(plan.names),
        time_zone=plan.time_zone,
        protocols=("musnad/1",),
        node=NodeAddress(plan.configuration.gate.url, certificate),
        log=LogKeys(ring.log.name, ring.log.public.ed25519, ring.log.public.ml_dsa_44),
        witness=LogKeys(ring.witness.name, ring.witness.public.ed25519, ring.witness.public.ml_dsa_44),
        authorities=tuple(_authority(folder, ring, authority, since) for authority in plan.authorities),
    )
    entry = write_party(party)
    role_key = read_role_key(folder)
    role = sign_party(entry, version=1, now=now, key=role_key)
    write_publication(folder / "publish", code, role, {f"parties/{code}/party.json": entry}, role_key)


def _authority(folder: Path, ring: FileKeyRing, plan: AuthorityPlan, since: Instant) -> Authority:
    signing = ring.signing(plan.id)
    dated = DatedKey(signing.public, since, None)
    officers = tuple(_officers(folder, plan, since))
    return Authority(
        id=plan.id,
        roles=plan.roles,
        names=dict(plan.names),
        languages=plan.languages,
        measures=plan.measures,
        signing_keys=(dated,),
        wrapping_keys=tuple(DatedKey(secret.public, since, None) for secret in ring.unwrapping()[plan.id]),
        roster=sign_roster(plan.id, officers, signing),
        roster_key=dated,
        officers=officers,
    )


def _officers(folder: Path, plan: AuthorityPlan, since: Instant) -> Sequence[Officer]:
    found = []
    for pseudonym in plan.officers:
        keyed = read_officer(folder / "officers" / f"{plan.id.partition('/')[2]}.{pseudonym}.key")
        found.append(Officer(keyed.name, ALL_ACTS, DatedKey(keyed.key.public, since, None)))
    return found


def write_publication(
    folder: Path, code: PartyCode, role: bytes, targets: Mapping[str, bytes], key: SigningKey
) -> None:
    """The folder for the Registrar: role metadata, target files, and the role's public key; nothing secret."""
    write_durably(folder / "role.json", role)
    for path, data in targets.items():
        place = folder / "targets" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_durably(place, data)
    public = {"party": code, "targets": sorted(targets), **key.public.write()}
    write_durably(folder / "party-key.json", json.dumps(public).encode("utf-8"))


def read_role_key(folder: Path) -> SigningKey:
    """The secret key of the Party's role in the directory."""
    found = parse_object((folder / "keys" / "role.json").read_bytes(), what="role key")
    return SigningKey(
        parse_b64(str(found["ed25519"]), what="ed25519", size_octets=32),
        parse_b64(str(found["ml-dsa-65"]), what="ml-dsa-65", size_octets=32),
    )


def _write_role_key(key: SigningKey) -> bytes:
    return write_canonical({"ed25519": write_b64(key.ed25519_seed), "ml-dsa-65": write_b64(key.ml_dsa_65_seed)})


def _create_journal(folder: Path) -> None:
    """Make the journal's tables."""
    start_django(folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)

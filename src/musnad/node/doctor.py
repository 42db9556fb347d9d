"""``musnad node doctor``: known answers for the cryptography, then the node's own state; it fails if it ran too few.

Each check is a name, a verdict and a fact; finding nothing never looks like success, because the number of checks that
must have run is written here.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from musnad.adapters.files.grants import Grants
from musnad.core.crypto import aead
from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.crypto.signing import SigningKey, ed25519_public
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.kernel.errors import MusnadError
from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.tree import root
from musnad.exchange.errors import LogForked
from musnad.exchange.log_keys import log_key
from musnad.language import LANGUAGES, isolate, mark
from musnad.language import gettext as _
from musnad.language.coverage import MUST_BE_WHOLE, is_spoken
from musnad.node.assemble import Node
from musnad.node.backup.standing import standing

CHECKS_EXPECTED = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome; ``about`` is a fact or an error's code."""

    check: str
    ok: bool
    about: str

    def sentence(self) -> str:
        """The check in words."""
        return f"{_(CHECKS[self.check])} {isolate(self.about)}".rstrip()


CHECKS = {
    "digest": mark("SHA-256 gives its known answer."),
    "signature": mark("Both signature schemes sign and verify, and refuse a changed byte."),
    "encryption": mark("AES-256-GCM gives its known answer."),
    "wrapping": mark("The hybrid key wrap opens what it closed, and nothing else."),
    "keys": mark("The key files can be read by their owner alone."),
    "directory": mark("The directory was verified and is fresh."),
    "own-entry": mark("The directory lists this node with the keys it holds."),
    "journal": mark("Every journalled entry has its digest."),
    "log": mark("The log's signed head is the tree over the journal."),
    "forks": mark("No Party's log, this node's own included, has shown two heads that cannot both be true."),
    "certificate": mark("The gate's certificate is valid."),
    "interface": mark("The programming interface: where it listens, and its tokens, each readable by its owner alone."),
    "backup": mark(
        "What the node holds is in a backup that was made and read back within the days that node.toml says."
    ),
    "languages": mark("The languages whose sentences are compiled here; any other is said in English."),
    "enough": mark("Every check was made."),
}


def examine(node: Node) -> tuple[Finding, ...]:
    """Run every check; a check that fails never stops the others."""
    findings = [_run(name, check) for name, check in _checks(node)]
    made = len(findings)
    return (*findings, Finding("enough", made == CHECKS_EXPECTED, f"{made}/{CHECKS_EXPECTED}"))


class _NotWell(Exception):
    """What a check found, in a few words, where no error's code says it."""


def _run(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except _NotWell as error:
        return Finding(name, False, str(error))
    except MusnadError as error:
        return Finding(name, False, error.code)
    except Exception as error:  # noqa: BLE001 - whatever is ill must be found, not end the examination
        return Finding(name, False, type(error).__name__)


def _checks(node: Node) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "digest", _digest
    yield "signature", _signature
    yield "encryption", _encryption
    yield "wrapping", _wrapping
    yield "keys", lambda: _keys(node)
    yield "directory", lambda: _directory(node)
    yield "own-entry", lambda: _own_entry(node)
    yield "journal", lambda: _journal(node)
    yield "log", lambda: _log(node)
    yield "forks", lambda: _forks(node)
    yield "certificate", lambda: _certificate(node)
    yield "interface", lambda: _interface(node)
    yield "backup", lambda: _backup(node)
    yield "languages", _languages


def _digest() -> str:
    # FIPS 180-4, the example message "abc".
    found = hashlib.sha256(b"abc").hexdigest()
    _must(found == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    return ""


def _signature() -> str:
    # RFC 8032 section 7.1, test 1: the public key of a known seed.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    _must(ed25519_public(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    key = SigningKey(seed, bytes(32))
    envelope = sign(b"{}", "text/plain", [key])
    envelope.verify(key.public, what="doctor")
    changed = parse_dsse(envelope.write().replace(b"e30=", b"W10="), payload_type="text/plain", what="doctor")
    try:
        changed.verify(key.public, what="doctor")
    except MusnadError:
        return ""
    raise ValueError


def _encryption() -> str:
    # The GCM specification's test case 14: zero key, zero nonce, one zero block.
    found = aead.encrypt(bytes(32), bytes(12), bytes(16), b"")
    _must(found.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    return ""


def _wrapping() -> str:
    secret, other = UnwrappingKey(bytes(64), bytes(range(32))), UnwrappingKey(bytes(64), bytes(range(1, 33)))
    wrapped = secret.public.wrap(b"k" * 32, info=b"doctor")
    _must(secret.unwrap(wrapped, info=b"doctor", what="doctor") == b"k" * 32)
    try:
        other.unwrap(wrapped, info=b"doctor", what="doctor")
    except MusnadError:
        return ""
    raise ValueError


def _keys(node: Node) -> str:
    loose = [path.name for path in (node.folder / "keys").rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    if loose:
        raise PermissionError
    return ", ".join(sorted(node.ports.keys.hosted))


def _directory(node: Node) -> str:
    current = node.ports.directories.current()
    _must(not current.ref.stale)
    return f"{current.ref.version}, {current.ref.snapshot[:16]}"


def _own_entry(node: Node) -> str:
    party = node.ports.directories.current().party(node.ports.party)
    _must({one.id for one in party.authorities} == set(node.ports.keys.hosted))
    for authority in party.authorities:
        held = node.ports.keys.signing(authority.id).public
        _must(any(dated.key == held for dated in authority.signing_keys))
    _must(log_key(party.log) == node.ports.keys.log.public)
    return party.code


def _journal(node: Node) -> str:
    return str(sum(1 for _entry in node.ports.journal.entries()))


def _log(node: Node) -> str:
    head = node.ports.journal.head()
    if head is None:
        return "0"
    tree = open_checkpoint(head.note, node.ports.keys.log.public).checkpoint
    _must(tree.root == root(tree.size, node.ports.journal.tree_node))
    return str(tree.size)


def _forks(node: Node) -> str:
    forked = node.ports.journal.forks()
    if forked:
        named = [f"{one.party} ({_('this node')})" if one.party == node.ports.party else one.party for one in forked]
        raise _NotWell(f"{LogForked.code}: {', '.join(named)}")
    return ""


def _certificate(node: Node) -> str:
    decoded = ssl._ssl._test_decode_cert(str(node.folder / "keys" / "tls.pem"))  # type: ignore[attr-defined]  # noqa: SLF001 - the interpreter's only reader of a PEM file
    ends = ssl.cert_time_to_seconds(decoded["notAfter"])
    _must(ends > datetime.now(UTC).timestamp())
    return datetime.fromtimestamp(ends, UTC).date().isoformat()


def _interface(node: Node) -> str:
    api = node.configuration.api
    tokens = len(Grants(node.folder).every())
    return f"{api.listen if api is not None else '-'}, {tokens}"


def _backup(node: Node) -> str:
    """Never made at all is well only while nothing is older than the days that node.toml says."""
    found = standing(node.ports, node.folder)
    made, checked = found.kept.made, found.kept.checked
    told = _("no backup yet") if made is None else f"{made.name}, {found.days}/{found.warn_days}"
    told += f", {_('never read back')}" if made is not None and checked is None else ""
    if not found.is_well:
        raise _NotWell(told)
    return told


def _languages() -> str:
    _must(all(is_spoken(one) for one in MUST_BE_WHOLE))
    return ", ".join(one for one in LANGUAGES if is_spoken(one))


def _must(holds: bool) -> None:
    if not holds:
        raise ValueError

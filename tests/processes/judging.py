"""What must hold of two live nodes when nothing is on its way any more, however they were disturbed."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.receipt import RECEIPT_TYPE
from musnad.core.messages.schema import parse_message, parse_receipt
from musnad.core.transparency.tree import leaf_hash, node_hash, root
from musnad.exchange.ports import Ports


def check_node(ports: Ports) -> None:
    """Its log is whole, every message has its one receipt from each recipient, nothing waits, nothing lies about."""
    journal = ports.journal
    assert journal.waiting() == ()
    assert journal.drafts() == ()
    assert tuple(ports.vault.drafts()) == ()
    entries = tuple(journal.entries())
    size = journal.log_size()
    assert [entry.place.index for entry in entries] == list(range(size))
    assert len({entry.id for entry in entries}) == size
    leaves = [leaf_hash(blind) for blind in journal.leaf_entries(0, size)]
    assert _root(leaves) == root(size, journal.tree_node)
    due: Counter[tuple[str, str]] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.kind == "receipt":
            receipt = parse_receipt(parse_dsse(entry.signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
            held[receipt.message, receipt.recipient] += 1
        else:
            message = parse_message(parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message").payload)
            due.update((entry.id, recipient) for recipient in message.to if not message.own_chain)
    assert held == due


def check_heads(ports: Ports, peer: Ports) -> None:
    """The newest head is over the log as it is, and the peer has cosigned what it knows of it."""
    head = ports.journal.head()
    assert head is not None
    assert head.root == root(head.size, ports.journal.tree_node)
    known = peer.journal.peer_head(ports.party)
    assert known is not None
    assert known.root == root(known.size, ports.journal.tree_node)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word, from the leaves alone."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(_root(leaves[:left]), _root(leaves[left:]))

"""What can be wrong with an envelope as it travels."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Untrusted


@dataclass(eq=False)
class NotForUs(Untrusted):
    """The envelope is closed for other authorities or other keys than the ones held here."""

    code = "envelope.not-for-us"
    remedy = "Look up the recipient's present keys in the directory and send again."
    recipients: str


@dataclass(eq=False)
class RecipientsDiffer(Untrusted):
    """The recipients outside are not the ones that the signed message inside names."""

    code = "envelope.recipients-differ"
    remedy = "Refuse it and tell the sender: somebody passed a message on that was closed for another."
    message: str

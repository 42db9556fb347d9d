"""What can go wrong between a document and its pages."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Unavailable


@dataclass(eq=False)
class NoFont(Unavailable):
    """No font on this machine draws a script that the document needs."""

    code = "paper.no-font"
    remedy = (
        "Install Debian's fonts-noto-core (for Chinese also fonts-noto-cjk), or name a folder with such fonts in the"
        " environment variable MUSNAD_FONTS."
    )
    script: str


@dataclass(eq=False)
class NotSet(Unavailable):
    """The typesetter could not make pages of the document."""

    code = "paper.not-set"
    remedy = "Keep the signed file, which is whole without the paper, and report the document that cannot be printed."
    why: str

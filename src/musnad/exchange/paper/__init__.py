"""Paper: a request as a document for an authority that has no node, and what it needs to answer and to check it."""

from musnad.exchange.paper.document import Paper, Voucher, write_paper
from musnad.exchange.paper.printing import PAPER_LANGUAGES, read_paper

__all__ = ["PAPER_LANGUAGES", "Paper", "Voucher", "read_paper", "write_paper"]

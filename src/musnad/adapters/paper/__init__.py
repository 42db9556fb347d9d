"""Pages: the document of a request set in type, for a printer and for a court file."""

from musnad.adapters.paper.typeset import set_in_type

__all__ = ["set_in_type"]

"""Asking: a request from its need to its draft."""

"""Stamp authorities (RFC 3161) over HTTP."""

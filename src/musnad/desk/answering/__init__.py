"""Answering: every step that a case allows."""

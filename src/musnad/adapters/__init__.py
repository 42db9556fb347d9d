"""Ports made real: files, HTTP, keys, and memory."""

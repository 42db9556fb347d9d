"""The demo: two States' nodes and a Registrar as separate processes, and one whole case between them, proven."""

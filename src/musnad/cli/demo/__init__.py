"""The demo: a few States' nodes and a Registrar as separate processes, and one whole case among them, proven."""

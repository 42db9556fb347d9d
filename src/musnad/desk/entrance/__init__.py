"""Coming in, leaving, and choosing a language."""
